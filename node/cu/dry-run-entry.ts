import type { DryRunMessage } from '../contract/answers.ts';
import { tagValue } from '../contract/item.ts';
import type { DryRunEntry } from '../contract/timeline.ts';
import type { DryRun } from './evaluator/protocol.ts';
import { outcomeHash } from './outcome.ts';
import { figuresOf } from './timeline/page.ts';

/** What is told of a dry run beside the line. */
export function dryRunEntry(
  { tags, from, owner }: DryRunMessage,
  { outcome, memoryBytes, durationMs }: DryRun,
): Omit<DryRunEntry, 'slot' | 'times'> {
  return {
    action: tagValue(tags, 'Action'),
    from: from ?? tagValue(tags, 'From-Process') ?? owner ?? '',
    ...figuresOf({ ...outcome, hash: outcomeHash(outcome), durationMs, memoryBytes }),
  };
}
