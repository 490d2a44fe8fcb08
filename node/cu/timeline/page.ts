import { toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { CronOutcome, Outcome, SlotOutcome } from '../../contract/outcome.ts';
import type { EvaluationFigures, KeyframeInfo, TimelineEntry, TimelinePage } from '../../contract/timeline.ts';
import type { CuMemory } from './memory.ts';

/** Slots `from` to `to`, which have been evaluated, out of a log that ends at `latest`. */
export interface PageRange {
  readonly from: Slot;
  readonly to: Slot;
  readonly latest: Slot;
}

/** The line of a process: each slot's cron messages in their order, then its own. Behind the last slot, those that wait for the next. */
export function timelinePage(
  memory: Pick<CuMemory, 'outcomes' | 'ticks' | 'keyframes' | 'dryRuns'>,
  process: ProcessId,
  engine: string,
  { from, to, latest }: PageRange,
): TimelinePage {
  const isLast = to >= latest;
  const outcomes = from > to ? [] : memory.outcomes(process, from, to, to - from + 1, 'asc');
  const ticks = memory.ticks.between(process, from, isLast ? to + 1 : to);
  const keyframes = new Map(memory.keyframes.between(process, from, to).map((one) => [one.slot, one]));
  let tick = 0;
  const ticksBefore = (slot: number): TimelineEntry[] => {
    const first = tick;
    while ((ticks[tick]?.outcome.slot ?? Number.MAX_SAFE_INTEGER) <= slot) tick++;
    return ticks.slice(first, tick).map(({ outcome }) => entryOf(outcome, outcome, null));
  };
  const entries = outcomes.flatMap((outcome) => [
    ...ticksBefore(outcome.slot),
    entryOf(outcome, { tick: null, cron: null }, keyframes.get(outcome.slot) ?? null),
  ]);
  return {
    entries: [...entries, ...ticksBefore(to + 1)],
    dryRuns: memory.dryRuns.between(process, from, to),
    next: isLast ? null : toSlot(to + 1),
    engine,
  };
}

function entryOf(
  outcome: SlotOutcome | CronOutcome,
  { tick, cron }: { readonly tick: number | null; readonly cron: string | null },
  keyframe: KeyframeInfo | null,
): TimelineEntry {
  return {
    ...figuresOf(outcome),
    slot: outcome.slot,
    tick,
    cron,
    message: 'message' in outcome ? outcome.message : null,
    keyframe,
  };
}

/** What is told of any evaluation, on the line or beside it. */
export function figuresOf(evaluation: Outcome & Pick<EvaluationFigures, 'hash' | 'durationMs' | 'memoryBytes'>): EvaluationFigures {
  const { hash, error, verdict, gasUsed, durationMs, memoryBytes, messages, spawns, assignments } = evaluation;
  return {
    hash,
    isError: error !== null,
    verdict,
    gasUsed,
    durationMs,
    memoryBytes,
    messages: messages.length,
    spawns: spawns.length,
    assignments: assignments.length,
  };
}
