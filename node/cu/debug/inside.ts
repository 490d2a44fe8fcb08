import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import type {
  CallNode,
  CodeSource,
  EvaluationPlace,
  ExpressionValue,
  FramePath,
  FrameView,
  SlotRecording,
  StepPage,
} from '../../contract/recording.ts';
import type { StatePage, StatePath } from '../../contract/state.ts';
import { Killed } from '../evaluator/evaluator.ts';
import type { EvaluatorCommands, Inside, Recorded, Step } from '../evaluator/protocol.ts';
import { guardOf } from './guard.ts';
import type { Look } from '../look.ts';
import { outcomeHash } from '../outcome.ts';
import type { CuPorts } from '../ports.ts';
import { logOf, stepOf, stepOfTick, stepsOfTicks, type Program } from '../program.ts';
import { wishOf, type Sources } from './source.ts';
import type { Write } from '../vm/machine.ts';
import type { RecordWish } from '../vm/recording.ts';

/** Lines and calls that are kept one by one: a slot that runs into its limit has hundreds of millions. */
export const RECORD_WISH: RecordWish = { steps: 2_000_000, calls: 200_000, isWithValues: true };

/** Looking inside one evaluation of a process; everything it concerns has been evaluated. */
export interface InsideSlot {
  trace(program: Program, place: EvaluationPlace): Promise<SlotRecording>;
  steps(program: Program, place: EvaluationPlace, from: number, limit: number): Promise<StepPage>;
  calls(program: Program, place: EvaluationPlace, from: number, limit: number): Promise<readonly CallNode[]>;
  frames(program: Program, place: EvaluationPlace, step: number): Promise<readonly FrameView[]>;
  frameValue(program: Program, place: EvaluationPlace, step: number, at: FramePath, offset: number, limit: number): Promise<StatePage>;
  expression(program: Program, place: EvaluationPlace, step: number | null, frame: number, expression: string): Promise<ExpressionValue>;
  /** Which line of the evaluation changed what stands at a place; null where none did. */
  wrote(program: Program, place: EvaluationPlace, expression: string): Promise<Write | null>;
}

/** Runs evaluations again in the viewer, never on the live process (design §3, "trace by replay"). */
export function createInsideSlot(ports: CuPorts, look: Look, sources: Sources): InsideSlot {
  const { viewer, limits, memory } = ports;
  /** The evaluation with what comes before it since the slot before. */
  const insideOf = async (program: Program, { process, slot, tick }: EvaluationPlace): Promise<Inside> => {
    const ticks = program.cron === null ? [] : memory.ticks.between(process, slot, slot);
    if (tick !== null) {
      const run = ticks[tick];
      if (run === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
      return {
        process,
        slot: slot - 1,
        before: stepsOfTicks(process, program, ticks.slice(0, tick)),
        step: stepOfTick(process, program, run),
      };
    }
    return { process, slot: slot - 1, before: stepsOfTicks(process, program, ticks), step: await slotStep(ports, process, slot) };
  };
  const asking = async <N extends 'record' | 'frames' | 'frameValue' | 'expression' | 'wrote'>(
    name: N,
    args: EvaluatorCommands[N]['args'],
    place: EvaluationPlace,
  ): Promise<EvaluatorCommands[N]['reply']> => {
    try {
      // Watching takes its time: a slot that ended in time is given several times as much.
      return await viewer.ask(name, args, limits.timeMs * 4);
    } catch (error) {
      if (error instanceof Killed) throw new AoError('EVALUATION_TIME', { slot: place.slot, limit: limits.timeMs * 4 });
      throw error;
    }
  };
  const recorded = async (program: Program, place: EvaluationPlace): Promise<Recorded & { readonly inside: Inside }> => {
    const inside = await insideOf(program, place);
    return look.at(place.process, program, place.slot - 1, async () => {
      const recording = await asking('record', { ...inside, wish: RECORD_WISH }, place);
      if (recording === null) throw new AoError('TRACE_UNSUPPORTED', { module: program.module.id });
      return { ...recording, inside };
    });
  };
  /** A page of the kept recording; it is recorded again where it is not kept any more. */
  const page = async <N extends 'recordedSteps' | 'recordedCalls'>(
    name: N,
    program: Program,
    place: EvaluationPlace,
    from: number,
    limit: number,
  ): Promise<NonNullable<EvaluatorCommands[N]['reply']>> => {
    const { process } = place;
    const inside = await insideOf(program, place);
    const key = `${process} ${inside.step.slot} ${inside.before.length}`;
    const kept = await viewer.ask(name, { process, key, from, limit }, Infinity);
    if (kept !== null) return kept;
    await recorded(program, place);
    const made = await viewer.ask(name, { process, key, from, limit }, Infinity);
    if (made === null) throw new AoError('EVALUATOR_DIED', { process, reason: 'the recording is gone' });
    return made;
  };
  const stopped = async <N extends 'frames' | 'frameValue'>(
    name: N,
    program: Program,
    place: EvaluationPlace,
    at: number,
    more: Omit<EvaluatorCommands[N]['args'], keyof Inside | 'at'>,
  ): Promise<NonNullable<EvaluatorCommands[N]['reply']>> => {
    const inside = await insideOf(program, place);
    const args = { ...inside, at, ...more } as EvaluatorCommands[N]['args'];
    const found = await look.at(place.process, program, place.slot - 1, () => asking(name, args, place));
    if (found === null) throw new AoError('STEP_UNKNOWN', { slot: place.slot, step: at });
    return found;
  };

  const authorities =
    (program: Program, { process, slot }: EvaluationPlace) =>
    (path: StatePath, limit: number): Promise<StatePage> =>
      look.children(process, program, toSlot(slot), path, 0, limit).catch((): StatePage => ({ nodes: [], total: 0, offset: 0 }));

  return {
    async wrote(program, place, expression) {
      const inside = await insideOf(program, place);
      return look.at(place.process, program, place.slot - 1, () => asking('wrote', { ...inside, expression }, place));
    },
    async trace(program, place) {
      const { summary, wasWalked, outcome, inside } = await recorded(program, place);
      const { process, slot, tick } = place;
      const known = tick === null ? memory.outcome(process, slot)?.hash : memory.ticks.between(process, slot, slot)[tick]?.outcome.hash;
      const guard = wasWalked || outcome.error !== null ? null : await guardOf(authorities(program, place), process, inside.step.message);
      const named = await withSlots(sources, program, place, summary);
      return { ...summary, sources: named, isFaithful: outcomeHash(outcome) === known, guard };
    },
    steps: (program, place, from, limit) => page('recordedSteps', program, place, from, limit),
    calls: (program, place, from, limit) => page('recordedCalls', program, place, from, limit),
    frames: (program, place, step) => stopped('frames', program, place, step, {}),
    frameValue: (program, place, step, path, offset, limit) => stopped('frameValue', program, place, step, { path, offset, limit }),
    async expression(program, place, step, frame, expression) {
      const { process, slot } = place;
      if (step === null)
        return look.at(process, program, slot, async () => {
          const value = await asking('expression', { process, slot, inside: null, expression }, place);
          return value ?? { kind: 'nil', preview: 'nil' };
        });
      const inside = { ...(await insideOf(program, place)), at: step, frame };
      const value = await look.at(process, program, slot - 1, () =>
        asking('expression', { process, slot: slot - 1, inside, expression }, place),
      );
      if (value === null) throw new AoError('STEP_UNKNOWN', { slot, step });
      return value;
    },
  };
}

/** The sources of a recording, the person's with the slot that brought each where that is certain. */
async function withSlots(
  sources: Sources,
  program: Program,
  { process, slot, tick }: EvaluationPlace,
  { sources: met, functions, hits }: Recorded['summary'],
): Promise<readonly CodeSource[]> {
  // A cron message stands before its slot's own, which may not be there yet.
  const at = toSlot(tick === null ? slot : Math.max(0, slot - 1));
  return Promise.all(
    met.map(async (source, index) => {
      const from = source.isRuntime ? null : await sources.slotOf(process, program, at, wishOf(source.chunk, index, functions, hits));
      return from === null ? source : { ...source, slot: from };
    }),
  );
}

async function slotStep(ports: CuPorts, process: ProcessId, slot: Slot): Promise<Step> {
  const run = ports.memory.runsOf(process, slot, slot).get(slot);
  for await (const entry of logOf(ports, process, slot, slot)) return stepOf(ports, entry, run?.limits ?? null);
  throw new AoError('SLOT_UNKNOWN', { process, slot });
}
