import { isId, toItemId, toProcessId, toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import { tagValue, type Item, type LogEntry } from '../contract/item.ts';
import type { EvaluationPlace } from '../contract/recording.ts';
import type { Client } from '../contract/rpc.ts';

interface Row {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly children?: readonly Row[];
}

/** Characters of an id that tell one from another. */
const SHORT = 8;
const DATA_SHOWN = 10_000;
/** Outcomes of a sender that are looked through at once, and in all. */
const RESULTS_PAGE = 500;
const RESULTS_MAX = 20_000;

/** The line of the log that an evaluation belongs to; null for a cron message, which has none. */
export async function entryAt(ask: Client['ask'], { process, slot, tick }: EvaluationPlace): Promise<LogEntry | null> {
  if (tick !== null) return null;
  const { entries } = await ask('su.log', { process, from: slot, limit: 1 });
  return entries[0] ?? null;
}

/** The message of a slot, also where the slot assigns data that stands on the gateway. */
export async function messageOf(ask: Client['ask'], entry: LogEntry): Promise<Item> {
  return entry.message ?? ask('gateway.item', { id: toItemId(entry.assignment.message) });
}

/** What an evaluation is for, on one line: `Transfer from market`. */
export async function messageWords(ask: Client['ask'], place: EvaluationPlace, label: (address: string) => string): Promise<string> {
  const entry = await entryAt(ask, place);
  if (entry === null) return 'a cron message';
  const item = await messageOf(ask, entry);
  const sender = tagValue(item.tags, 'From-Process') ?? item.address;
  if (place.slot === 0) return `spawned by ${label(sender)}`;
  return `${tagValue(item.tags, 'Action') ?? 'no Action'} from ${label(sender)}`;
}

/** The message of a place, field by field. */
export async function messageVariables(ask: Client['ask'], place: EvaluationPlace): Promise<readonly Row[]> {
  const entry = await entryAt(ask, place);
  if (entry === null) return [{ name: 'cron', value: `message ${place.tick ?? 0} before slot ${place.slot}` }];
  const { id, address, target, anchor, tags, data, dataBytes } = await messageOf(ask, entry);
  const { slot, timestampMs, blockHeight } = entry.assignment;
  const text = (name: string, value: string): Row => ({ name, value, type: 'string' });
  return [
    text('Id', id),
    text('From', tagValue(tags, 'From-Process') ?? address),
    text('Owner', address),
    text('Target', target),
    {
      name: 'Tags',
      value: `${tags.length} ${tags.length === 1 ? 'tag' : 'tags'}`,
      type: 'table',
      children: tags.map(({ name, value }) => text(name, value)),
    },
    text('Data', data === null ? `${dataBytes} bytes that are no text` : data.slice(0, DATA_SHOWN)),
    text('Anchor', anchor),
    { name: 'Slot', value: String(slot), type: 'number' },
    { name: 'Timestamp', value: `${timestampMs} · ${new Date(timestampMs).toISOString()}`, type: 'number' },
    { name: 'Block-Height', value: String(blockHeight), type: 'number' },
  ];
}

/** Where a message was sent: the slot of the process that did, and its place in that slot's outbox. */
export interface Sent {
  readonly place: EvaluationPlace;
  readonly index: number;
}

/**
 * Which slot sent the message of a place.
 * @returns null where it came from outside, by a cron message, or from a process that is not here.
 */
export async function sentAt(ask: Client['ask'], place: EvaluationPlace): Promise<Sent | null> {
  const entry = await entryAt(ask, place);
  if (entry === null || place.slot === 0) return null;
  const item = await messageOf(ask, entry);
  const from = tagValue(item.tags, 'From-Process');
  if (from === null || !isId(from) || !(await ask('su.isProcess', { id: toProcessId(from) })).isProcess) return null;
  const sender = toProcessId(from);
  const { slotLatest } = await ask('su.process', { process: sender });
  await ask('cu.result', { process: sender, slot: slotLatest });
  return sentIn(ask, sender, slotLatest, place.process, item.anchor);
}

/** A process numbers what it sends in the anchor: the newest outbox that has it is the one. */
async function sentIn(ask: Client['ask'], sender: ProcessId, latest: Slot, target: ProcessId, anchor: string): Promise<Sent | null> {
  for (let to: number = latest; to >= Math.max(0, latest - RESULTS_MAX); to -= RESULTS_PAGE) {
    const from = toSlot(Math.max(0, to - RESULTS_PAGE + 1));
    const { results } = await ask('cu.results', { process: sender, from, to: toSlot(to), limit: RESULTS_PAGE, order: 'desc' });
    for (const { slot, messages } of results) {
      const index = messages.findIndex(({ Target, Anchor }) => Target === target && Anchor === anchor);
      if (index >= 0) return { place: { process: sender, slot, tick: null }, index };
    }
  }
  return null;
}

/** Who an address is: the name of a process here, or the beginning of the id. */
export function labels(names: ReadonlyMap<string, string>): (address: string) => string {
  return (address) => names.get(address) ?? `${address.slice(0, SHORT)}…`;
}
