import type { Commands } from '../../contract/commands.ts';
import type { HandlersOf } from '../../contract/handlers.ts';
import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId } from '../../contract/ids.ts';
import type { EvaluationPlace, WhyProgress } from '../../contract/recording.ts';
import type { StatePath } from '../../contract/state.ts';
import type { CuPorts } from '../ports.ts';
import { createDifference } from './difference.ts';
import type { History } from './history.ts';
import type { InsideSlot } from './inside.ts';
import type { Past } from './past.ts';
import type { Sources } from './source.ts';
import type { AskWhy } from './why.ts';

type DebugCommand =
  'trace' | 'traceSteps' | 'traceCalls' | 'frames' | 'frameValue' | 'expression' | 'source' | 'places' | 'search' | 'why' | 'whyProgress';
type StateCommand = 'state' | 'stateFind' | 'stateHash' | 'diff';
type DebugHandlers = Pick<HandlersOf<'cu'>, `cu.${DebugCommand | StateCommand}`>;

/** Changes that a difference gives when nobody says how many. */
const DIFF_PAGE = 20_000;

/** What answers them. */
interface DebugParts {
  readonly ports: CuPorts;
  /** The past that a place lies in, evaluated up to there. @throws AoError TICK_UNKNOWN, SLOT_UNKNOWN, BRANCH_UNKNOWN. */
  readonly pastAt: (at: EvaluationPlace) => Promise<Past>;
  /** A process up to its newest slot, on the main line or in a branch. */
  readonly pastOf: (process: ProcessId, branch: number | undefined) => Promise<Past>;
  readonly inside: InsideSlot;
  readonly history: History;
  readonly sources: Sources;
  readonly why: AskWhy;
}

/** The commands that look into states, evaluations and through the history. */
export function debugHandlers({ ports, pastAt, pastOf, inside, history, sources, why }: DebugParts): DebugHandlers {
  const { viewer } = ports;
  const difference = createDifference(ports);
  /** How far the questions why have come that are being answered, by question. */
  const whys = new Map<string, WhyProgress>();
  const found = <T>(value: T | null, path: StatePath): T => {
    if (value === null) throw new AoError('STATE_PATH_UNKNOWN', { path: path.join('') || '(globals)' });
    return value;
  };
  return {
    async 'cu.state'({ process, slot, tick = null, branch, ...part }) {
      const past = await pastAt({ process, slot, tick, branch });
      return past.after(slot, tick, async (key, at) =>
        found(await viewer.ask('children', { process: key, slot: at, ...part }, Infinity), part.path),
      );
    },
    async 'cu.stateFind'({ process, slot, tick = null, branch, ...part }) {
      const past = await pastAt({ process, slot, tick, branch });
      return past.after(slot, tick, async (key, at) =>
        found(await viewer.ask('find', { process: key, slot: at, ...part }, Infinity), part.path),
      );
    },
    async 'cu.stateHash'({ process, slot, tick = null, branch }) {
      const past = await pastAt({ process, slot, tick, branch });
      const { hash } = await past.after(slot, tick, (key, at) => viewer.ask('hash', { process: key, slot: at }, Infinity));
      return { hash, engine: past.program.engine };
    },
    async 'cu.diff'({ process, branch, isFromMain = false, from, fromTick = null, to, toTick = null, offset = 0, limit = DIFF_PAGE }) {
      const past = await pastAt({ process, slot: to, tick: toTick, branch });
      const before = from === null ? past : await pastAt({ process, slot: from, tick: fromTick, branch: isFromMain ? undefined : branch });
      return difference({ past: before, slot: from ?? -1, tick: fromTick }, { past, slot: to, tick: toTick }, offset, limit);
    },
    async 'cu.trace'(place) {
      return inside.trace(await pastAt(place), place);
    },
    async 'cu.source'({ process, slot, branch, ...wish }) {
      return sources.text(await pastAt({ process, slot, tick: null, branch }), slot, wish);
    },
    async 'cu.places'({ process, branch, file, line }) {
      const past = await pastOf(process, branch);
      return { places: await sources.places(past, toSlot(past.to), file, line) };
    },
    async 'cu.traceSteps'({ from, limit, ...place }) {
      return inside.steps(await pastAt(place), place, from, limit);
    },
    async 'cu.traceCalls'({ from, limit, ...place }) {
      return { calls: await inside.calls(await pastAt(place), place, from, limit) };
    },
    async 'cu.frames'({ step, ...place }) {
      return { frames: await inside.frames(await pastAt(place), place, step) };
    },
    async 'cu.frameValue'({ step, at, offset, limit, ...place }) {
      return inside.frameValue(await pastAt(place), place, step, at, offset, limit);
    },
    async 'cu.expression'({ step, frame, expression, ...place }) {
      return inside.expression(await pastAt(place), place, step, frame, expression);
    },
    async 'cu.search'({ process, query, branch, ...part }, signal) {
      const past = await pastOf(process, branch);
      return history.search(past, query, past.to, part, signal);
    },
    async 'cu.why'(args, signal) {
      const { process, slot, expression, branch } = args;
      const key = whyKey(args);
      const past = await pastAt({ process, slot, tick: null, branch });
      const sender = async (one: ProcessId): Promise<Past | null> => {
        const isKnown = past.process === one || (await ports.ask('su.isProcess', { id: one })).isProcess;
        return isKnown ? pastOf(one, branch) : null;
      };
      try {
        return await why({ past, pastOf: sender, slot, expression }, (progress) => whys.set(key, progress), signal);
      } finally {
        whys.delete(key);
      }
    },
    async 'cu.whyProgress'(args) {
      return { progress: whys.get(whyKey(args)) ?? null };
    },
  };
}

function whyKey({ process, slot, branch, expression }: Commands['cu.why']['args']): string {
  return JSON.stringify([process, slot, branch ?? null, expression]);
}
