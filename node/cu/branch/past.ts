import { AoError } from '../../contract/errors.ts';
import type { Slot } from '../../contract/ids.ts';
import type { BranchStep } from '../../contract/branch.ts';
import type { Past, PastMessage } from '../debug/past.ts';
import type { CuPorts } from '../ports.ts';
import type { Line } from './line.ts';
import { placeInViewer, type LookingAt } from './looking.ts';

/**
 * A process in a branch as a past: up to where the branch begins it is the main line's, from there on what the branch made of
 * it, as far as it has been run. Slots, and the cron messages before each, are those of the branch.
 * @param main the main line of the process; null for one that is in the branch only.
 */
export function branchPast(ports: CuPorts, line: Line, { atStep }: LookingAt, main: Past | null): Past {
  const { process, program, plan, steps } = line;
  const { base } = plan;
  const shared = (slot: number): Past | null => (slot <= base ? main : null);
  const to = line.nextSlot() - 1;
  const stepAt = (slot: number, tick: number | null): BranchStep => {
    const found = steps.find((one) => one.slot === slot && one.tick === tick);
    if (found === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
    return found;
  };
  /** Steps of the line up to a place. */
  const countAt = (slot: number, tick: number | null): number => (slot < 0 ? 0 : stepAt(slot, tick).index + 1);
  /** Steps of the branch between two slots, both included. */
  const between = (from: number, last: number): readonly BranchStep[] => steps.filter(({ slot }) => slot >= from && slot <= last);
  const messageOf = ({ index, slot }: BranchStep): PastMessage => {
    const { Id: id, Tags: tags, Data: data, From: from, Anchor: anchor } = line.stepAt(index)?.message ?? {};
    return { slot, id: id ?? null, tags: tags ?? [], data: data ?? null, from: from ?? '', anchor: anchor ?? '', isAssigned: false };
  };

  return {
    process,
    program,
    key: line.key,
    to,
    async evaluation(slot, tick) {
      const before = shared(slot);
      if (before !== null) return before.evaluation(slot, tick);
      const { index, hash } = stepAt(slot, tick);
      const step = line.stepAt(index);
      if (step === null) throw new AoError('SLOT_UNKNOWN', { process, slot });
      const inside = { process: line.key, slot: placeInViewer(index), before: [], step };
      return { inside, hash, ended: null, before: (work) => atStep(line, index, work) };
    },
    placeAt: (slot, tick) => shared(slot)?.placeAt(slot, tick) ?? { process: line.key, slot: placeInViewer(countAt(slot, tick)) },
    async after(slot, tick, work) {
      return shared(slot)?.after(slot, tick, work) ?? atStep(line, countAt(slot, tick), work);
    },
    async *messages(from, last) {
      if (main !== null && from <= base) yield* main.messages(from, Math.min(base, last));
      for (const step of between(Math.max(from, base + 1), last)) if (step.origin !== 'cron') yield messageOf(step);
    },
    errorOf: (slot) => (shared(slot) ?? { errorOf: (at: Slot) => stepAt(at, null).error }).errorOf(slot),
    errors: (from, last) => [
      ...(main !== null && from <= base ? main.errors(from, Math.min(base, last)) : []),
      ...between(Math.max(from, base + 1), last).flatMap((step) =>
        step.error === null ? [] : [{ slot: step.slot, tick: step.tick, error: step.error }],
      ),
    ],
    async scan(query, from, last) {
      const hits = main !== null && from <= base ? await main.scan(query, from, Math.min(base, last)) : [];
      const mine = between(Math.max(from, base + 1), last).filter(({ index }) => !line.isEnded(index));
      const [first] = mine;
      if (first === undefined) return hits;
      const ran = mine.flatMap(({ index, error }) => {
        const step = line.stepAt(index);
        return step === null ? [] : [{ ...step, slot: placeInViewer(index + 1), isFailed: error !== null }];
      });
      const scanned = await atStep(line, first.index, (key, slot) =>
        ports.viewer.ask('scan', { process: key, slot, steps: ran, query }, Infinity),
      );
      const own = scanned.hits.flatMap(({ at, ...hit }) => {
        const made = mine[at];
        return made === undefined ? [] : [{ slot: made.slot, tick: made.tick, ...hit }];
      });
      return [...hits, ...own];
    },
    samples: () => (main?.samples() ?? []).filter((slot) => slot <= base),
    sent(target, anchor) {
      for (const made of steps.toReversed()) {
        const index = made.messages.findIndex((one) => one.Target === target && one.Anchor === anchor);
        if (index >= 0) return { slot: made.slot, tick: made.tick, index };
      }
      const before = main?.sent(target, anchor) ?? null;
      return before !== null && before.slot <= base ? before : null;
    },
  };
}
