import type { Flat, Rebuild } from '../evaluator/protocol.ts';
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

/** Memories of branches are brought to the viewer as those of slots are: from whatever is nearest, and in the end from the main line's. */
export function lookingAt(ports: CuPorts, look: Look): LookingAt {
  const { viewer } = ports;
  /** False where only the memory with which the line begins would do. */
  const seek = async (line: Line, count: number, begin: Rebuild | null): Promise<boolean> => {
    const { key: process } = line;
    const slot = placeInViewer(count);
    const { slots } = await viewer.ask('kept', { process, slot }, Infinity);
    const here = slots.at(-1) ?? null;
    if (here === slot) return true;
    const near = line.keptNear(count);
    const isHereNearer = here !== null && (near === null || here >= placeInViewer(near.count));
    const from = isHereNearer ? here - placeInViewer(0) : (near?.count ?? (begin === null ? null : 0));
    if (from === null) return false;
    const met = near?.counts.map((one) => (one === null ? null : placeInViewer(one))) ?? [];
    const rebuild = isHereNearer ? null : near === null ? begin : { ...near.rebuild, from: placeInViewer(near.count), slots: met };
    // In the viewer a step stands at the place after it, so that a walk finds the ones before it again.
    const steps = line.keptBetween(from, count).map(({ step, index }) => ({ ...step, slot: placeInViewer(index + 1) }));
    await viewer.ask('seek', { process, slot, rebuild, steps }, Infinity);
    return true;
  };
  const atStep: LookingAt['atStep'] = async (line, count, work) => {
    const { key, process, program, plan, isOfMain } = line;
    const at = placeInViewer(count);
    const done = await look.alone(async () => {
      const isThere = await seek(line, count, isOfMain ? null : line.beginning(null));
      return isThere ? { value: await work(key, at) } : null;
    });
    if (done !== null) return done.value;
    return look.at(process, program, plan.base, async () => {
      await seek(line, count, line.beginning({ process, slot: plan.base }));
      return work(key, at);
    });
  };
  return {
    atStep,
    flatAt: (line, count) =>
      atStep(line, count, (process, slot) => ports.viewer.ask('flatten', { process, slot, limit: FLATTEN_MAX }, Infinity)),
  };
}
