import type { Item } from '../../../contract/item.ts';
import { tagValue } from '../../../contract/item.ts';
import type { CronOutcome, Json, OutboxMessage, OutboxSpawn, SlotOutcome } from '../../../contract/outcome.ts';
import type { RemovedMessage, RemovedOutcome, RemovedParts } from '../../../contract/redaction.ts';
import { tagsLeft, type Looked, type Rules } from './rules.ts';

/** Stands where the words of an error were. */
const REMOVED_ERROR = '(the words of this error were taken out of the recording)';

/** A message of a log as the rules look at it. */
export function lookedAt(item: Item, isSpawn: boolean): Looked {
  return { tags: item.tags, data: item.data, from: tagValue(item.tags, 'From-Process') || item.address, target: item.target, isSpawn };
}

/** What is left of a message. */
export function leftOf({ id, address, target, anchor, tags, data }: Item, removed: RemovedParts, rules: Rules): RemovedMessage {
  return {
    id,
    address,
    target,
    anchor: rules.holds(anchor) ? '' : anchor,
    tags: tagsLeft(tags, removed, rules.holds),
    data: removed.data ? null : data,
    removed,
  };
}

/** Every text in a value, the names of its fields too. */
function holdsAny(value: Json, rules: Rules): boolean {
  if (typeof value === 'string') return rules.holds(value);
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some((one: Json) => holdsAny(one, rules));
  return Object.entries(value).some(([name, one]) => rules.holds(name) || holdsAny(one, rules));
}

/** An outbox entry as the rules look at it. */
export function sentBy(process: string, entry: OutboxMessage | OutboxSpawn): Looked {
  return {
    tags: entry.Tags,
    data: entry.Data,
    from: process,
    target: 'Target' in entry ? entry.Target : '',
    isSpawn: !('Target' in entry),
  };
}

/** What of an outcome goes; null where all of it stays. */
export function outcomeParts(outcome: SlotOutcome | CronOutcome, rules: Rules): RemovedOutcome | null {
  const places = (entries: readonly (OutboxMessage | OutboxSpawn)[]): number[] =>
    entries.flatMap((entry, index) => (rules.partsOf(sentBy(outcome.process, entry)) === null ? [] : [index]));
  const removed = {
    output: holdsAny(outcome.output, rules),
    error: outcome.error !== null && rules.holds(outcome.error),
    messages: places(outcome.messages),
    spawns: places(outcome.spawns),
  };
  return removed.output || removed.error || removed.messages.length > 0 || removed.spawns.length > 0 ? removed : null;
}

/** An outcome without what must not leave: a hash of the whole would let it be guessed, so that goes as well. */
export function outcomeLeft<O extends SlotOutcome | CronOutcome>(outcome: O, rules: Rules): O {
  const removed = outcomeParts(outcome, rules);
  if (removed === null) return outcome;
  const left = <E extends OutboxMessage | OutboxSpawn>(entry: E): E => {
    const parts = rules.partsOf(sentBy(outcome.process, entry));
    if (parts === null) return entry;
    return { ...entry, Tags: tagsLeft(entry.Tags, parts, rules.holds), Data: parts.data ? '' : entry.Data };
  };
  return {
    ...outcome,
    output: removed.output ? '' : outcome.output,
    error: removed.error ? REMOVED_ERROR : outcome.error,
    messages: outcome.messages.map(left),
    spawns: outcome.spawns.map(left),
    hash: '',
    removed,
  };
}
