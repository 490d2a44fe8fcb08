import type { DebugProtocol } from '@vscode/debugprotocol';
import { sourceAt } from '../contract/inside-view.ts';
import type { FrameView } from '../contract/recording.ts';
import type { Client } from '../contract/rpc.ts';
import type { Evaluation, Evaluations } from './evaluation.ts';
import { messageWords, sentAt } from './message.ts';
import { slotWords, type Place } from './place.ts';
import type { Sources } from './sources.ts';
import type { Thread, Threads } from './threads.ts';
import type { Values } from './values.ts';

/** Messages that are followed back to whoever sent them. */
const CAUSES_MAX = 8;

export interface Stacks {
  /**
   * The stack of a process: its frames, then the message it is at work on, then where that was sent, and so on.
   * @param levels how many frames are wanted from `start` on; all when null
   */
  of(thread: Thread, start: number, levels: number | null): Promise<{ stackFrames: DebugProtocol.StackFrame[]; totalFrames: number }>;
  clear(): void;
}

export interface StackPorts {
  readonly ask: Client['ask'];
  readonly evaluations: Evaluations;
  readonly sources: Sources;
  readonly values: Values;
  readonly threads: Threads;
  toEditor(line: number): number;
}

/** The message tree is the stack of code that sends messages: frames go on in the process that sent it. */
export function createStacks(ports: StackPorts): Stacks {
  const { ask, evaluations, values, threads } = ports;
  let own = new Map<number, Promise<DebugProtocol.StackFrame[]>>();
  let causes = new Map<number, Promise<DebugProtocol.StackFrame[]>>();

  const kept = <T>(map: Map<number, Promise<T>>, id: number, make: () => Promise<T>): Promise<T> => {
    const known = map.get(id) ?? make();
    map.set(id, known);
    return known;
  };
  const label = async (place: Place, before: string): Promise<DebugProtocol.StackFrame> => {
    const words = await messageWords(ask, place, threads.label);
    const id = values.frameId({ place: { ...place, step: null }, level: null });
    return { id, name: `${before}${slotWords(place)} · ${words}`, line: 0, column: 0, presentationHint: 'label' };
  };
  const ownFrames = async (thread: Thread): Promise<DebugProtocol.StackFrame[]> => {
    const place = await threads.placeOf(thread);
    if (place === null) return [];
    const evaluation = await evaluations.of(place);
    if (place.step === null) return [await afterSlot(ports, place, evaluation)];
    const frames = await values.framesAt(place);
    const shown = await Promise.all(
      frames.map(async (frame, level) =>
        frame.place === null || evaluation === null ? null : frameOf(ports, evaluation, place, frame, level),
      ),
    );
    return [...shown.filter((frame) => frame !== null), await label(place, '')];
  };
  const causeFrames = async (thread: Thread): Promise<DebugProtocol.StackFrame[]> => {
    const frames: DebugProtocol.StackFrame[] = [];
    let at = await threads.placeOf(thread);
    for (let count = 0; at !== null && count < CAUSES_MAX; count++) {
      const sent = await sentAt(ask, at);
      if (sent === null) break;
      const evaluation = await evaluations.of(sent.place);
      const site = evaluation?.recording.sends.find((one) => one.kind === 'message' && one.index === sent.index) ?? null;
      at = { ...sent.place, step: site?.step ?? null };
      const name = threads.of(at.process)?.name ?? 'sender';
      const stack = await values.framesAt(at);
      const level = stack.findIndex(({ place, isRuntime }) => !isRuntime && place?.line === site?.place?.line);
      const frame = stack[level];
      if (evaluation !== null && frame !== undefined) {
        const shown = await frameOf(ports, evaluation, at, frame, level);
        frames.push({ ...shown, name: `${name}: ${shown.name}` });
      }
      frames.push(await label(at, `${name} · `));
    }
    return frames;
  };

  return {
    async of(thread, start, levels) {
      const mine = await kept(own, thread.id, () => ownFrames(thread));
      // Who sent it is looked for once somebody scrolls down to it.
      const isFar = levels === null || start + levels > mine.length;
      const all = isFar ? [...mine, ...(await kept(causes, thread.id, () => causeFrames(thread)))] : mine;
      const end = levels === null ? all.length : start + levels;
      return { stackFrames: all.slice(start, end), totalFrames: isFar ? all.length : mine.length + 1 };
    },
    clear() {
      own = new Map();
      causes = new Map();
    },
  };
}

async function frameOf(
  { sources, values, toEditor }: StackPorts,
  evaluation: Evaluation,
  place: Place,
  frame: FrameView,
  level: number,
): Promise<DebugProtocol.StackFrame> {
  const at = frame.place ?? { chunk: '', line: 0 };
  const source = sourceAt(evaluation.recording, at);
  const placed = source < 0 ? null : await sources.placed(evaluation, source, at.line);
  return {
    id: values.frameId({ place, level }),
    name: frame.function,
    line: toEditor(placed?.line ?? at.line),
    column: toEditor(1),
    ...(placed === null ? {} : { source: placed.source }),
    ...(frame.isRuntime ? { presentationHint: 'subtle' as const } : { canRestart: level >= 0 }),
  };
}

/** A slot as a whole, once its last line has run: it stands at that line. */
async function afterSlot(
  { ask, sources, values, threads, toEditor }: StackPorts,
  place: Place,
  evaluation: Evaluation | null,
): Promise<DebugProtocol.StackFrame> {
  const words = await messageWords(ask, place, threads.label);
  const frame = { id: values.frameId({ place, level: null }), name: `after ${slotWords(place)} · ${words}` };
  const last = evaluation?.steps.step.length ?? 0;
  const [source, line] = [evaluation?.steps.source[last - 1], evaluation?.steps.line[last - 1]];
  if (evaluation === null || source === undefined || line === undefined) return { ...frame, line: 0, column: 0 };
  const placed = await sources.placed(evaluation, source, line);
  return { ...frame, line: toEditor(placed.line), column: toEditor(1), source: placed.source };
}
