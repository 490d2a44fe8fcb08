import { AoError } from '../../contract/errors.ts';
import { toSlot, type Slot } from '../../contract/ids.ts';
import type { CallNode, CodeSource, ExpressionValue, FramePath, FrameView, SlotRecording, StepPage } from '../../contract/recording.ts';
import type { StatePage, StatePath } from '../../contract/state.ts';
import { Killed } from '../evaluator/evaluator.ts';
import { recordingKey, type EvaluatorCommands, type Inside, type Recorded } from '../evaluator/protocol.ts';
import { guardOf } from './guard.ts';
import { outcomeHash } from '../outcome.ts';
import type { CuPorts } from '../ports.ts';
import type { Past, PastEvaluation } from './past.ts';
import { wishOf, type Sources } from './source.ts';
import type { Write } from '../vm/machine.ts';
import type { RecordWish } from '../vm/recording.ts';

/** Lines and calls that are kept one by one: a slot that runs into its limit has hundreds of millions. */
const RECORD_WISH: RecordWish = { steps: 2_000_000, calls: 200_000, isWithValues: true };

/** So much of the limit must have gone by without a step: then it is taken that there would have been none. */
const HUNG_SHARE = 0.5;
const LOOKS = 20;
const CUT_ON_ITS_WAY = ' It takes longer while it is watched: what was written down ends on its way there.';

/** `cut`: it had to be ended, as the slot had been. */
type CutRecording = Recorded & { readonly cut: 'where it hung' | 'on its way' | null };

/** Which evaluation of a past is meant. */
export interface InsidePlace {
  readonly slot: Slot;
  readonly tick: number | null;
}

/** Looking inside one evaluation of a process, on the main line or in a branch; everything it concerns has been evaluated. */
export interface InsideSlot {
  trace(past: Past, place: InsidePlace): Promise<SlotRecording>;
  steps(past: Past, place: InsidePlace, from: number, limit: number): Promise<StepPage>;
  calls(past: Past, place: InsidePlace, from: number, limit: number): Promise<readonly CallNode[]>;
  frames(past: Past, place: InsidePlace, step: number): Promise<readonly FrameView[]>;
  frameValue(past: Past, place: InsidePlace, step: number, at: FramePath, offset: number, limit: number): Promise<StatePage>;
  expression(past: Past, place: InsidePlace, step: number | null, frame: number, expression: string): Promise<ExpressionValue>;
  /** Which line of the evaluation changed what stands at a place; null where none did. */
  wrote(past: Past, place: InsidePlace, expression: string): Promise<Write | null>;
}

/** Runs evaluations again in the viewer, never on the live process (design §3, "trace by replay"). */
export function createInsideSlot({ viewer, limits }: CuPorts, sources: Sources): InsideSlot {
  /** Watching takes its time: a slot that ended in time is given several times as much. */
  const watchedMs = limits.timeMs * 4;
  const asking = async <N extends 'record' | 'frames' | 'frameValue' | 'expression' | 'wrote'>(
    name: N,
    args: EvaluatorCommands[N]['args'],
    slot: Slot,
    limit = watchedMs,
  ): Promise<EvaluatorCommands[N]['reply']> => {
    try {
      return await viewer.ask(name, args, limit);
    } catch (error) {
      if (error instanceof Killed) throw new AoError('TRACE_TIME', { slot, limit });
      throw error;
    }
  };
  const recordedAs = (
    wish: RecordWish,
    { program }: Past,
    { inside, before }: PastEvaluation,
    slot: Slot,
    limit: number,
  ): Promise<Recorded> =>
    before(async () => {
      const recording = await asking('record', { ...inside, wish }, slot, limit);
      if (recording === null) throw new AoError('TRACE_UNSUPPORTED', { module: program.module.id });
      return recording;
    });
  /** What was ended from outside is ended again; then it is run once more, up to the last step that it came to. */
  const recorded = async (past: Past, evaluation: PastEvaluation, slot: Slot): Promise<CutRecording> => {
    const { ended } = evaluation;
    if (ended === null) return { ...(await recordedAs(RECORD_WISH, past, evaluation, slot, watchedMs)), cut: null };
    const progress = new Uint32Array(new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT));
    const limit = ended.limitMs ?? limits.timeMs;
    const wish = { ...RECORD_WISH, progress: progress.buffer };
    const hung = watchStanding(progress, limit * HUNG_SHARE);
    try {
      return { ...(await recordedAs(wish, past, evaluation, slot, limit)), cut: null };
    } catch (error) {
      const [until = 0] = progress;
      if (!(error instanceof AoError) || error.code !== 'TRACE_TIME' || until === 0) throw error;
      const cut = hung.isStanding() ? 'where it hung' : 'on its way';
      return { ...(await recordedAs({ ...RECORD_WISH, until }, past, evaluation, slot, watchedMs)), cut };
    } finally {
      hung.end();
    }
  };
  /** A page of the kept recording; it is recorded again where it is not kept any more. */
  const page = async <N extends 'recordedSteps' | 'recordedCalls'>(
    name: N,
    past: Past,
    { slot, tick }: InsidePlace,
    from: number,
    limit: number,
  ): Promise<NonNullable<EvaluatorCommands[N]['reply']>> => {
    const evaluation = await past.evaluation(slot, tick);
    const args = { process: past.process, key: recordingKey(evaluation.inside), from, limit };
    const kept = await viewer.ask(name, args, Infinity);
    if (kept !== null) return kept;
    await recorded(past, evaluation, slot);
    const made = await viewer.ask(name, args, Infinity);
    if (made === null) throw new AoError('EVALUATOR_DIED', { process: past.process, reason: 'the recording is gone' });
    return made;
  };
  const stopped = async <N extends 'frames' | 'frameValue'>(
    name: N,
    past: Past,
    { slot, tick }: InsidePlace,
    at: number,
    more: Omit<EvaluatorCommands[N]['args'], keyof Inside | 'at'>,
  ): Promise<NonNullable<EvaluatorCommands[N]['reply']>> => {
    const { inside, before } = await past.evaluation(slot, tick);
    const args = { ...inside, at, ...more } as EvaluatorCommands[N]['args'];
    const found = await before(() => asking(name, args, slot));
    if (found === null) throw new AoError('STEP_UNKNOWN', { slot, step: at });
    return found;
  };
  const childrenAfter =
    (past: Past, { slot, tick }: InsidePlace) =>
    async (path: StatePath, limit: number): Promise<StatePage> =>
      past.after(slot, tick, async (process, place) => {
        const found = await viewer.ask('children', { process, slot: place, path, offset: 0, limit }, Infinity);
        return found ?? { nodes: [], total: 0, offset: 0 };
      });

  return {
    async wrote(past, { slot, tick }, expression) {
      const { inside, before } = await past.evaluation(slot, tick);
      return before(() => asking('wrote', { ...inside, expression }, slot));
    },
    async trace(past, place) {
      const evaluation = await past.evaluation(place.slot, place.tick);
      const { summary, wasWalked, outcome, cut } = await recorded(past, evaluation, place.slot);
      const isAsked = wasWalked || outcome.error !== null;
      const guard = isAsked ? null : await guardOf(childrenAfter(past, place), past.process, evaluation.inside.step.message);
      const named = await withSlots(sources, past, place, summary);
      if (cut === null) return { ...summary, sources: named, isFaithful: outcomeHash(outcome) === evaluation.hash, guard };
      // Where it stood still for so long, it was ended then as well. One that went on all the time may have come further, as nobody watched.
      const isThere = cut === 'where it hung';
      const message = `${evaluation.ended?.error ?? ''}${isThere ? '' : CUT_ON_ITS_WAY}`;
      const error = summary.error === null ? null : { ...summary.error, message };
      return { ...summary, sources: named, error, isFaithful: isThere, guard };
    },
    steps: (past, place, from, limit) => page('recordedSteps', past, place, from, limit),
    calls: (past, place, from, limit) => page('recordedCalls', past, place, from, limit),
    frames: (past, place, step) => stopped('frames', past, place, step, {}),
    frameValue: (past, place, step, path, offset, limit) => stopped('frameValue', past, place, step, { path, offset, limit }),
    async expression(past, { slot, tick }, step, frame, expression) {
      if (step === null)
        return past.after(slot, tick, async (process, place) => {
          const value = await asking('expression', { process, slot: place, inside: null, expression }, slot);
          return value ?? { kind: 'nil', preview: 'nil' };
        });
      const { inside, before } = await past.evaluation(slot, tick);
      const args = { process: inside.process, slot: inside.slot, inside: { ...inside, at: step, frame }, expression };
      const value = await before(() => asking('expression', args, slot));
      if (value === null) throw new AoError('STEP_UNKNOWN', { slot, step });
      return value;
    },
  };
}

/** The sources of a recording, the person's with the slot that brought each where that is certain. */
async function withSlots(
  sources: Sources,
  past: Past,
  { slot, tick }: InsidePlace,
  { sources: met, functions, hits }: Recorded['summary'],
): Promise<readonly CodeSource[]> {
  // A cron message stands before its slot's own, which may not be there yet.
  const at = toSlot(tick === null ? slot : Math.max(0, slot - 1));
  return Promise.all(
    met.map(async (source, index) => {
      const from = source.isRuntime ? null : await sources.slotOf(past, at, wishOf(source.chunk, index, functions, hits));
      return from === null ? source : { ...source, slot: from };
    }),
  );
}

/** Looks now and then whether a count goes on. @param ms that it must have stood still for */
function watchStanding(count: Uint32Array, ms: number): { isStanding(): boolean; end(): void } {
  let [seen, sinceMs] = [count[0], performance.now()];
  const look = (): void => {
    if (count[0] !== seen) [seen, sinceMs] = [count[0], performance.now()];
  };
  const timer = setInterval(look, ms / LOOKS);
  return {
    isStanding() {
      look();
      return performance.now() - sinceMs >= ms;
    },
    end: () => clearInterval(timer),
  };
}
