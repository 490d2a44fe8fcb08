import type { Flat } from '../evaluator/protocol.ts';
import type { Look } from '../look.ts';
import type { CuPorts } from '../ports.ts';
import type { Line } from './line.ts';

/** Nodes that a comparison of states walks on each side. */
export const FLATTEN_MAX = 20_000;
/** Places of a branch in the viewer stand behind every slot that a log can have. */
const STEP_OFFSET = 2 ** 40;

/** Where the memory after so many steps of a line stands in the viewer. */
export function placeInViewer(count: number): number {
  return STEP_OFFSET + count;
}

/** Looking at the memory of a branch after so many steps of a process. */
export interface LookingAt {
  /** Does `work` with the memory after the line's first `count` steps in the viewer, under the key and slot it is given. */
  atStep<T>(line: Line, count: number, work: (key: string, slot: number) => Promise<T>): Promise<T>;
  flatAt(line: Line, count: number): Promise<Flat>;
}

/** Memories of branches are brought to the viewer as those of slots are: from whatever is nearest. */
export function lookingAt(ports: CuPorts, look: Look): LookingAt {
  const seek = async (line: Line, count: number): Promise<void> => {
    const { key: process } = line;
    const slot = STEP_OFFSET + count;
    const { slots } = await ports.viewer.ask('kept', { process, slot }, Infinity);
    const near = slots.at(-1) ?? -1;
    if (near === slot) return;
    const from = near < STEP_OFFSET ? null : near - STEP_OFFSET;
    // In the viewer a step stands at the place after it, so that a walk finds the ones before it again.
    const ran = line.keptBetween(from ?? 0, count).map(({ step, index }) => ({ ...step, slot: STEP_OFFSET + index + 1 }));
    const { rebuild, shared } = line.rebuild();
    await ports.viewer.ask(
      'seek',
      { process, slot, rebuild: from === null ? rebuild : null, steps: from === null ? [...shared, ...ran] : ran },
      Infinity,
    );
  };
  const atStep: LookingAt['atStep'] = (line, count, work) =>
    look.alone(async () => {
      await seek(line, count);
      return work(line.key, STEP_OFFSET + count);
    });
  return {
    atStep,
    flatAt: (line, count) =>
      atStep(line, count, (process, slot) => ports.viewer.ask('flatten', { process, slot, limit: FLATTEN_MAX }, Infinity)),
  };
}
