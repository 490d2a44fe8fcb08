import { isId } from '../../../contract/ids.ts';
import type { Tag } from '../../../contract/item.ts';
import { PROTOCOL_TAGS } from '../../../contract/protocol-tags.ts';
import { REDACTED_TEXT_MIN, type RedactionWish, type RemovedParts } from '../../../contract/redaction.ts';
import { AoError } from '../../../contract/errors.ts';

/** A message as the rules look at it, in a log or in an outbox. */
export interface Looked {
  readonly tags: readonly Tag[];
  /** Null for bytes that are no text. */
  readonly data: string | null;
  readonly from: string;
  readonly target: string;
  /** A process item: what says which program it is stays, or nothing of the process could be shown. */
  readonly isSpawn: boolean;
}

/** What must not leave, as questions about messages and texts. */
export interface Rules {
  /** What of a message goes; null where all of it stays. @param isWhole it goes in any case: its data, and every tag but those of the protocol. */
  partsOf(message: Looked, isWhole?: boolean): RemovedParts | null;
  /** Does a text hold what must not leave? */
  holds(text: string): boolean;
  /** Remembers what a message loses: copies of it that were passed on word for word go as well. */
  learn(message: Looked, parts: RemovedParts): void;
  /** Every value that is gone, the person's texts first. */
  values(): readonly string[];
}

/** Shorter values stand in many places that have nothing to do with it. */
const LEARNT_MIN = 8;
/** The name that is shown for a tag whose name had to go. */
const NAMELESS = '(name removed)';
/** Without them nobody could tell what belongs to what. */
const KEPT = new Set([...PROTOCOL_TAGS, 'X-Reference', 'Authority', 'On-Boot']);
/** Their values stand in every other message and tell nothing. */
const UNTELLING = new Set(['Content-Type', 'App-Name', 'Source']);

/** @throws AoError REDACTION_IMPOSSIBLE for what a recording cannot be without. */
export function createRules(wish: RedactionWish): Rules {
  const processes = new Set<string>(wish.processes);
  const [actions, names] = [new Set(wish.actions), new Set(wish.tags)];
  const texts = wish.texts.map((text) => text.trim().toLowerCase()).filter((text) => text.length >= REDACTED_TEXT_MIN);
  const kept = wish.tags.find((name) => KEPT.has(name) || name === 'Action');
  if (kept !== undefined)
    throw new AoError('REDACTION_IMPOSSIBLE', { reason: `without the tag ${kept} nobody could follow what belongs to what` });
  if (wish.texts.some((text) => isId(text.trim())))
    throw new AoError('REDACTION_IMPOSSIBLE', { reason: 'ids and addresses stay in every recording, or nobody could follow it' });
  /** By their first characters: a text is looked through once, however many there are. */
  const learnt = new Map<string, Set<string>>();

  const holds = (text: string): boolean => {
    if (isId(text)) return false;
    if (texts.length > 0) {
      const lower = text.toLowerCase();
      if (texts.some((one) => lower.includes(one))) return true;
    }
    if (learnt.size === 0) return false;
    for (let at = 0; at + LEARNT_MIN <= text.length; at++) {
      const found = learnt.get(text.slice(at, at + LEARNT_MIN));
      if (found !== undefined && [...found].some((one) => text.startsWith(one, at))) return true;
    }
    return false;
  };
  const isTagGone = ({ name, value }: Tag): boolean => names.has(name) || holds(value) || holds(name);
  const learnValue = (value: string): void => {
    if (value.length < LEARNT_MIN || isId(value)) return;
    const head = value.slice(0, LEARNT_MIN);
    learnt.set(head, (learnt.get(head) ?? new Set()).add(value));
  };
  return {
    holds,
    partsOf({ tags, data, from, target, isSpawn }, isWhole = false) {
      const isOfProcess = processes.has(from) || processes.has(target);
      const isAll = isWhole || isOfProcess || tags.some(({ name, value }) => name === 'Action' && actions.has(value));
      const goes = (tag: Tag): boolean => {
        if (KEPT.has(tag.name)) return false;
        if (!isAll || isSpawn) return isTagGone(tag);
        return tag.name !== 'Action' || isOfProcess || isTagGone(tag);
      };
      const gone = tags.filter(goes).map(({ name }) => (holds(name) ? NAMELESS : name));
      // What cannot be read as text cannot be looked through either.
      const isDataGone = isAll ? data !== '' : data === null ? texts.length > 0 : holds(data);
      return gone.length === 0 && !isDataGone && !isWhole ? null : { tags: gone, data: isDataGone };
    },
    learn({ tags, data }, parts) {
      for (const { name, value } of tags) if (parts.tags.includes(name) && !KEPT.has(name) && !UNTELLING.has(name)) learnValue(value);
      if (parts.data && data !== null) learnValue(data);
    },
    values: () => [...new Set([...texts, ...[...learnt.values()].flatMap((some) => [...some])])],
  };
}

/** Tags without the values of those that are gone; one whose name is gone has another. */
export function tagsLeft(tags: readonly Tag[], parts: RemovedParts, holds: Rules['holds']): Tag[] {
  return tags.map((tag) => {
    const name = holds(tag.name) ? NAMELESS : tag.name;
    return parts.tags.includes(name) && !KEPT.has(tag.name) ? { name, value: '' } : tag;
  });
}
