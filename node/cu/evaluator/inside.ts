import { LRUCache } from 'lru-cache';
import { AoError } from '../../contract/errors.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { CallNode, ExpressionValue, FramePath, FrameView, StepPage } from '../../contract/recording.ts';
import type { StatePage } from '../../contract/state.ts';
import type { Instance, InstanceDebugger, ProcessEnv, RunTo, Write } from '../vm/machine.ts';
import { NO_CALL, type RecordWish, type VmRecording } from '../vm/recording.ts';
import { replay } from './live.ts';
import { withinSize } from './outcome-size.ts';
import { recordingKey, type Inside, type Recorded } from './protocol.ts';

/** Recordings whose lines and calls are kept. */
const RECORDINGS = 6;

const OVERFLOW = /stack overflow/;

/** A spare instance with the memory after the slot that was asked for. */
export interface SpareAt {
  readonly instance: Instance;
  readonly env: ProcessEnv;
}

/** Looks into evaluations on spare copies. Every question begins with the memory that `spareAt` restores. */
export interface InsideView {
  record(inside: Inside, wish: RecordWish): Recorded | null;
  steps(key: string, from: number, limit: number): StepPage | null;
  calls(key: string, from: number, limit: number): readonly CallNode[] | null;
  frames(inside: Inside, at: number): readonly FrameView[] | null;
  frameValue(inside: Inside, at: number, path: FramePath, offset: number, limit: number): StatePage | null;
  expressionAt(inside: Inside, at: number, frame: number, expression: string): ExpressionValue | null;
  expression(process: string, slot: number, expression: string): ExpressionValue;
  wrote(inside: Inside, expression: string): Write | null;
}

export function createInsideView(spareAt: (process: string, slot: number) => SpareAt): InsideView {
  const recordings = new LRUCache<string, VmRecording>({ max: RECORDINGS });
  const ready = ({ process, slot, before }: Inside): SpareAt & { readonly tool: InstanceDebugger | null } => {
    const { instance, env } = spareAt(process, slot);
    for (const step of before) replay(instance, step, env);
    return { instance, env, tool: instance.debugger };
  };
  const unwatched = (inside: Inside): Outcome => {
    const { instance, env } = ready(inside);
    const { message, limits, slot } = inside.step;
    return withinSize(instance.evaluate(message, env, limits), slot).outcome;
  };
  const stopping = <T>(inside: Inside, at: number, look: (tool: InstanceDebugger, run: RunTo) => T): T => {
    const { env, tool } = ready(inside);
    const { message, limits } = inside.step;
    return look(required(tool, inside.process), { message, env, limits, step: at });
  };

  return {
    record(inside, wish) {
      const { env, tool } = ready(inside);
      if (tool === null) return null;
      const { message, limits, slot } = inside.step;
      const { evaluation, recording } = tool.record(message, env, limits, wish);
      const key = recordingKey(inside);
      recordings.set(key, recording);
      const watched = withinSize(evaluation, slot).outcome;
      // Whoever watches takes a little of the stack: it overflows some calls earlier, and the gas is another.
      const outcome = OVERFLOW.test(watched.error ?? '') ? unwatched(inside) : watched;
      return { key, summary: recording.summary, wasWalked: recording.wasWalked, outcome };
    },
    steps(key, from, limit) {
      const { step, source, line, call } = recordings.get(key)?.steps ?? {};
      if (step === undefined || source === undefined || line === undefined || call === undefined) return null;
      return {
        step: step.slice(from, limit),
        source: source.slice(from, limit),
        line: line.slice(from, limit),
        call: call.slice(from, limit).map((one) => (one === NO_CALL ? -1 : one)),
      };
    },
    calls: (key, from, limit) => recordings.get(key)?.calls.slice(from, from + limit) ?? null,
    frames: (inside, at) => stopping(inside, at, (tool, run) => tool.frames(run)),
    frameValue: (inside, at, path, offset, limit) => stopping(inside, at, (tool, run) => tool.value(run, path, offset, limit)),
    expressionAt: (inside, at, frame, expression) => stopping(inside, at, (tool, run) => tool.expressionAt(run, frame, expression)),
    wrote(inside, expression) {
      const { env, tool } = ready(inside);
      const { message, limits } = inside.step;
      return required(tool, inside.process).wrote(message, env, limits, expression);
    },
    expression: (process, slot, expression) => required(spareAt(process, slot).instance.debugger, process).expression(expression),
  };
}

function required(tool: InstanceDebugger | null, process: string): InstanceDebugger {
  if (tool === null) throw new AoError('TRACE_UNSUPPORTED', { module: `of ${process}` });
  return tool;
}
