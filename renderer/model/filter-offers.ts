import type { SeenText } from '../../node/contract/log-find.ts';
import { FLAGS, OUTSIDE, keyNamed, KEYS, STATUSES, TYPES, type Key } from './filter-keys.ts';
import { quoted } from './filter-edit.ts';
import type { Filter } from './filter.ts';
import { termAt, type Span } from './filter-syntax.ts';
import { knownName, whoWithin, type OwnWallets } from './own-wallets.ts';
import type { World } from './world.ts';
import { PROTOCOL_TAGS } from '../../node/contract/protocol-tags.ts';

/** One thing that may be put in where the caret stands. */
export interface Offer {
  readonly title: string;
  /** What it means, or what may follow it. */
  readonly words: string;
  /** How many messages have it; null for what is no value. */
  readonly count: number | null;
  readonly insert: string;
  /** More must follow: no space is put behind it, and the list stays. */
  readonly isOpen: boolean;
}

/** What has been seen in messages, the most frequent first. */
export interface Seen {
  readonly parties: readonly SeenText[];
  readonly actions: readonly SeenText[];
  readonly statuses: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, number>;
}

/** What the log is asked for, since the window knows no tags; null where nothing is needed. */
export interface TagWish {
  readonly name: string | null;
  readonly part: string;
}

/** What stands around the caret. */
interface Place {
  readonly span: Span;
  readonly key: Key | null;
  /** The word up to the caret, behind the colon where there is one. */
  readonly part: string;
}

const OFFERS_MAX = 40;
/** Words that mean somebody, and are no name. */
const PLAIN: ReadonlySet<string> = new Set(['you', OUTSIDE]);
/** Tags that the protocol puts on every message: offered last. */
const LAST_TAGS = new Set(PROTOCOL_TAGS);

/** Who and what has been seen. Cost grows with the messages. */
export function seenIn(world: World, own: OwnWallets): Seen {
  const parties = new Map<string, number>();
  const actions = new Map<string, number>();
  const statuses = new Map<string, number>();
  const types = new Map<string, number>();
  const count = (counts: Map<string, number>, text: string | null, by = 1): void => {
    if (text !== null && text !== '') counts.set(text, (counts.get(text) ?? 0) + by);
  };
  for (const row of world.messages) {
    count(parties, row.to);
    if (row.from !== row.to) count(parties, row.from);
    if (row.cron === null) count(actions, row.action);
    count(statuses, row.status);
    count(types, row.type === null ? null : row.type.toLowerCase());
  }
  const named = new Map([...PLAIN].map((word) => [word, 0]));
  for (const [id, messages] of parties) {
    const isProcess = world.processById.has(id);
    if (isProcess || knownName(world, id, own) !== null) count(named, whoWithin(world, id, own), messages);
    if (!isProcess) count(named, OUTSIDE, messages);
  }
  return { parties: byCount(named), actions: byCount(actions), statuses, types };
}

/** Where the caret stands in a filter. */
function placeAt(filter: Filter, caret: number): Place {
  const term = termAt(filter.syntax, caret);
  if (term === null) return { span: { from: caret, to: caret }, key: null, part: '' };
  const typed = filter.text.slice(term.from, caret).replaceAll('"', '');
  const key = term.key === null ? null : keyNamed(term.key);
  return { span: { from: term.from, to: term.to }, key, part: key === null ? typed : typed.slice(typed.indexOf(':') + 1) };
}

/** Which tags the log must be asked for, to offer something at the caret. */
export function tagWishAt(filter: Filter, caret: number): TagWish | null {
  const { key, part } = placeAt(filter, caret);
  if (key?.values !== 'tag') return null;
  const [name = '', sign, value = ''] = part.split(/([=~])/, 3);
  return sign === undefined ? { name: null, part: name } : { name, part: value };
}

/** What may be put in at the caret, and what it takes the place of. `tags` answers {@link tagWishAt}. */
export function offersAt(
  filter: Filter,
  caret: number,
  seen: Seen,
  tags: readonly SeenText[],
): { readonly span: Span; readonly offers: readonly Offer[] } {
  const { span, key, part } = placeAt(filter, caret);
  const offers = key === null ? wordOffers(part, seen) : valueOffers(key, part, seen, tags);
  return { span, offers: offers.slice(0, OFFERS_MAX) };
}

function wordOffers(part: string, seen: Seen): readonly Offer[] {
  const wanted = part.toLowerCase();
  const keys = KEYS.filter(({ key }) => key.startsWith(wanted)).map(({ key, words, example }): Offer => ({
    title: `${key}:`,
    words: `${words}: ${example}`,
    count: null,
    insert: `${key}:`,
    isOpen: true,
  }));
  const flags = FLAGS.filter(({ word }) => word.startsWith(wanted)).map(({ word, words }): Offer => ({
    title: word,
    words,
    count: null,
    insert: word,
    isOpen: false,
  }));
  if (wanted === '') return [...keys, ...flags];
  const values = [...valueOffers(keyOf('action'), part, seen, []), ...valueOffers(keyOf('process'), part, seen, [])].map((offer) => ({
    ...offer,
    title: offer.insert,
  }));
  return [...flags, ...keys, ...values];
}

function keyOf(name: string): Key {
  const key = keyNamed(name);
  if (key === null) throw new Error(`there is no key ${name}`);
  return key;
}

function valueOffers(key: Key, part: string, seen: Seen, tags: readonly SeenText[]): readonly Offer[] {
  const wanted = part.replace(/^=/, '').toLowerCase();
  const fitting = (texts: readonly SeenText[]): readonly SeenText[] => texts.filter(({ text }) => text.toLowerCase().includes(wanted));
  const offer = ({ text, count }: SeenText, value: string, isOpen = false): Offer => ({
    title: text === '' ? '(empty)' : text,
    words: '',
    count,
    insert: `${key.key}:${value}`,
    isOpen,
  });
  switch (key.values) {
    case 'party':
      return fitting(seen.parties).map((one) => offer(one, PLAIN.has(one.text) ? one.text : `=${quoted(one.text)}`));
    case 'action':
      return fitting(seen.actions).map((one) => offer(one, `=${quoted(one.text)}`));
    case 'status':
      return fitting(listed(STATUSES, seen.statuses)).map((one) => offer(one, one.text));
    case 'type':
      return fitting(listed(TYPES, seen.types)).map((one) => offer(one, one.text));
    case 'tag': {
      const [name = '', sign] = part.split(/([=~])/, 3);
      if (sign !== undefined) return tags.map((one) => offer(one, `${quoted(name)}=${quoted(one.text)}`));
      return protocolLast(tags).map((one) => offer(one, `${quoted(one.text)}=`, true));
    }
    default:
      return part === '' ? [{ title: `${key.key}:`, words: key.example, count: null, insert: `${key.key}:`, isOpen: true }] : [];
  }
}

function listed(texts: readonly string[], counts: ReadonlyMap<string, number>): readonly SeenText[] {
  return texts.map((text) => ({ text, count: counts.get(text) ?? 0 }));
}

function protocolLast(tags: readonly SeenText[]): readonly SeenText[] {
  return [...tags.filter(({ text }) => !LAST_TAGS.has(text)), ...tags.filter(({ text }) => LAST_TAGS.has(text))];
}

function byCount(counts: ReadonlyMap<string, number>): readonly SeenText[] {
  return [...counts].map(([text, count]) => ({ text, count })).toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}
