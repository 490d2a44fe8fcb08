import type { HandlersOf } from '../../contract/handlers.ts';
import type { ProcessId } from '../../contract/ids.ts';
import type { EvaluationPlace } from '../../contract/recording.ts';
import type { Run } from '../catch-up.ts';
import type { CuPorts } from '../ports.ts';
import type { Program } from '../program.ts';
import type { History } from './history.ts';
import type { InsideSlot } from './inside.ts';
import type { Sources } from './source.ts';
import type { AskWhy } from './why.ts';

type DebugCommand = 'trace' | 'traceSteps' | 'traceCalls' | 'frames' | 'frameValue' | 'expression' | 'source' | 'places' | 'search' | 'why';
type DebugHandlers = Pick<HandlersOf<'cu'>, `cu.${DebugCommand}`>;

/** What answers them. */
interface DebugParts {
  readonly ports: CuPorts;
  /** Everything up to the place is evaluated then. */
  readonly evaluated: (at: EvaluationPlace) => Promise<Program>;
  readonly runOf: (process: ProcessId) => Run;
  readonly inside: InsideSlot;
  readonly history: History;
  readonly sources: Sources;
  readonly why: AskWhy;
}

/** The commands that look into evaluations and through the history. */
export function debugHandlers({ ports, evaluated, runOf, inside, history, sources, why }: DebugParts): DebugHandlers {
  return {
    async 'cu.trace'(place) {
      return inside.trace(await evaluated(place), place);
    },
    async 'cu.source'({ process, slot, ...wish }) {
      await runOf(process).advance(slot);
      return sources.text(process, await runOf(process).program(), slot, wish);
    },
    async 'cu.places'({ process, file, line }) {
      const { slotLatest } = await ports.ask('su.process', { process });
      await runOf(process).advance(slotLatest);
      return { places: await sources.places(process, await runOf(process).program(), slotLatest, file, line) };
    },
    async 'cu.traceSteps'({ from, limit, ...place }) {
      return inside.steps(await evaluated(place), place, from, limit);
    },
    async 'cu.traceCalls'({ from, limit, ...place }) {
      return { calls: await inside.calls(await evaluated(place), place, from, limit) };
    },
    async 'cu.frames'({ step, ...place }) {
      return { frames: await inside.frames(await evaluated(place), place, step) };
    },
    async 'cu.frameValue'({ step, at, offset, limit, ...place }) {
      return inside.frameValue(await evaluated(place), place, step, at, offset, limit);
    },
    async 'cu.expression'({ step, frame, expression, ...place }) {
      return inside.expression(await evaluated(place), place, step, frame, expression);
    },
    async 'cu.search'({ process, query, ...part }, signal) {
      const { slotLatest } = await ports.ask('su.process', { process });
      await runOf(process).advance(slotLatest);
      return history.search(process, await runOf(process).program(), query, slotLatest, part, signal);
    },
    async 'cu.why'({ process, slot, expression }, signal) {
      await runOf(process).advance(slot);
      return why(process, slot, expression, signal);
    },
  };
}
