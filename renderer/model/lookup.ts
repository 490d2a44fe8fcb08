import { toSlot, type ItemId, type ProcessId } from '../../node/contract/ids.ts';
import type { EvaluationPlace } from '../../node/contract/recording.ts';
import { each } from './few.ts';
import { NO_FOCUS, type Focus } from '../../node/contract/focus-note.ts';
import { cronKey, isTrouble, keyOf, tickKey, type MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** When a message was there: in the log, or at least received. */
export function timeOf(row: MessageRow): number {
  return row.assignedAtMs ?? row.receivedAtMs ?? row.place.ms;
}

/** When the first message of all came: every time that is shown counts from there, whatever the filter leaves out. */
export function beganMs(world: World): number {
  return world.messages[0]?.place.ms ?? 0;
}

/** The row in one slot; null while it is not known. */
export function rowAt(world: World, process: string, slot: number): MessageRow | null {
  return world.inside.drafts.get(process)?.slots[slot] ?? null;
}

/** Every delivery of one item. */
export function deliveriesOf(world: World, id: ItemId): readonly MessageRow[] {
  return each(world.inside.byId.get(id));
}

/** The row whose {@link keyOf} is `key`. */
export function rowByKey(world: World, key: string): MessageRow | null {
  const nameless = world.inside.nameless.get(key);
  if (nameless !== undefined) return nameless;
  const at = key.indexOf('@');
  if (at < 0) return null;
  const to = key.slice(at + 1);
  return each(world.inside.byId.get(key.slice(0, at))).find((row) => row.to === to) ?? null;
}

/** The cron messages of a process that were run before the message of `slot`, in order. */
export function ticksBefore(world: World, process: string, slot: number): readonly MessageRow[] {
  return (world.inside.drafts.get(process)?.ticks.get(slot) ?? []).filter((row) => row !== undefined);
}

/**
 * The row that comes after (or before) what is looked at, cron messages in their places between the slots; null where
 * there is none. A slot of null follows the latest.
 */
export function stepFrom(world: World, focus: Focus, by: 1 | -1): MessageRow | null {
  const { process } = focus;
  if (process === null) return null;
  const latest = world.processById.get(process)?.slotLatest ?? -1;
  const row = focus.row === null ? null : rowByKey(world, focus.row);
  const cron = row?.cron ?? null;
  // A slot stands behind its own cron messages. Who follows the latest stands at the newest of all.
  const trailing = ticksBefore(world, process, latest + 1).length;
  const newest = trailing > 0 ? { slot: latest + 1, tick: trailing - 1 } : { slot: latest, tick: Infinity };
  const place = cron ?? (focus.slot === null ? newest : { slot: focus.slot, tick: Infinity });
  if (by === -1) {
    const before = ticksBefore(world, process, place.slot);
    const tick = before[Math.min(place.tick, before.length) - 1];
    return tick ?? rowAt(world, process, place.slot - 1);
  }
  const isAtSlot = place.tick === Infinity;
  const [slot, next] = isAtSlot ? [place.slot + 1, 0] : [place.slot, place.tick + 1];
  return ticksBefore(world, process, slot)[next] ?? rowAt(world, process, slot);
}

/** The row that a focus means: the one it names, or the one in its slot, or its process's latest. */
export function rowOfFocus(world: World, focus: Focus): MessageRow | null {
  if (focus.row !== null) return rowByKey(world, focus.row);
  if (focus.process !== null) {
    const slot = focus.slot ?? world.processById.get(focus.process)?.slotLatest ?? -1;
    return rowAt(world, focus.process, slot);
  }
  return focus.message === null ? null : (deliveriesOf(world, focus.message)[0] ?? null);
}

/** The evaluation that a row stands for; null for what was not evaluated. */
export function placeOf(world: World, row: MessageRow): EvaluationPlace | null {
  const process = world.processById.get(row.to)?.id;
  if (process === undefined || row.evaluatedAtMs === null) return null;
  if (row.cron !== null) return { process, slot: row.cron.slot, tick: row.cron.tick };
  return row.slot === null ? null : { process, slot: row.slot, tick: null };
}

/** The focus that means `row`. */
export function focusOn(row: MessageRow): Focus {
  if (row.cron !== null)
    return { ...NO_FOCUS, process: row.to as ProcessId, slot: toSlot(Math.max(0, row.cron.slot - 1)), row: keyOf(row) };
  if (row.slot === null) {
    // What a cron message sent stands behind the slot before it.
    const before = row.cause?.tick === undefined ? (row.cause?.slot ?? null) : toSlot(Math.max(0, row.cause.slot - 1));
    return { ...NO_FOCUS, process: row.cause?.process ?? null, slot: before, message: row.id, row: keyOf(row) };
  }
  return { ...NO_FOCUS, process: row.to as ProcessId, slot: row.slot, message: row.id };
}

/** The row whose evaluation asked for this one; null for what came from outside. */
export function parentOf(world: World, row: MessageRow): MessageRow | null {
  if (row.cause === null) return null;
  const { process, slot, tick } = row.cause;
  return tick === undefined ? rowAt(world, process, slot) : rowByKey(world, cronKey(process, { slot, tick }));
}

/** The rows that this row's evaluation asked for, in order of the outbox. */
export function childrenOf(world: World, row: MessageRow): readonly MessageRow[] {
  const draft = world.inside.drafts.get(row.to);
  const children =
    row.cron !== null
      ? draft?.tickChildren.get(tickKey(row.cron.slot, row.cron.tick))
      : row.slot === null
        ? undefined
        : draft?.children[row.slot];
  if (!Array.isArray(children)) return each(children);
  return children.toSorted((a, b) => (a.cause?.index ?? 0) - (b.cause?.index ?? 0) || a.at - b.at);
}

/** Rows with the same cause; for what came from outside, the rows of the same sender. */
export function siblingOf(world: World, row: MessageRow, step: 1 | -1): MessageRow | null {
  const parent = parentOf(world, row);
  if (parent !== null) {
    const siblings = childrenOf(world, parent);
    return siblings[siblings.indexOf(row) + step] ?? null;
  }
  for (let at = row.at + step; at >= 0 && at < world.messages.length; at += step) {
    const one = world.messages[at];
    if (one !== undefined && one.cause === null && one.from === row.from) return one;
  }
  return null;
}

/** The nearest row with an error, a drop or a refusal after (or before) place `at`. */
export function errorFrom(world: World, at: number, step: 1 | -1): MessageRow | null {
  for (let place = at + step; place >= 0 && place < world.messages.length; place += step) {
    const row = world.messages[place];
    if (row !== undefined && isTrouble(row)) return row;
  }
  return null;
}

const CHAIN_MAX = 10_000;

/** The places of a row's causes and of all that follows from it, itself included. Stops at {@link CHAIN_MAX} rows. */
export function chainOf(world: World, row: MessageRow): ReadonlySet<MessageRow> {
  const chain = new Set<MessageRow>([row]);
  for (let one = parentOf(world, row); one !== null && !chain.has(one) && chain.size < CHAIN_MAX; one = parentOf(world, one))
    chain.add(one);
  for (const child of childrenOf(world, row)) chain.add(child);
  return chain;
}

/** Slots of a process that ended in an error, rising. */
export function errorSlotsOf(world: World, process: string): readonly number[] {
  return world.inside.drafts.get(process)?.errorSlots ?? [];
}

/** Every known row of a process, by slot. */
export function slotsOf(world: World, process: string): readonly (MessageRow | undefined)[] {
  return world.inside.drafts.get(process)?.slots ?? [];
}

/** What a person calls a process or an address: its own name, the one of the person's address book, or the first characters of its id. */
export function nameOf(world: World, id: string | null): string {
  if (id === null || id === '') return '?';
  return world.processById.get(id)?.name ?? world.inside.given.get(id) ?? shortId(id);
}

/**
 * What a person tells these apart by, in their order: their names, and where several are called the same, or as one of `taken`, the
 * beginning of the id besides, or all of it where that is the same, too.
 */
export function distinctNames(world: World, ids: readonly string[], taken: readonly string[] = []): readonly string[] {
  const ways: readonly ((id: string) => string)[] = [
    (id) => nameOf(world, id),
    (id) => `${nameOf(world, id)} (${shortId(id)})`,
    (id) => `${nameOf(world, id)} (${id})`,
  ];
  const isClear = (way: (id: string) => string, id: string): boolean =>
    !taken.includes(way(id)) && ids.every((other) => other === id || way(other) !== way(id));
  return ids.map((id) => ways.find((way) => isClear(way, id))?.(id) ?? id);
}

/** The first characters of an id, enough to tell a few apart. */
export function shortId(id: string): string {
  return id.length <= 10 ? id : `${id.slice(0, 6)}…`;
}

const IDS = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;

/** Text in which every id is a process's name, or short where it is none: for lines that a person reads. */
export function withNames(world: World, text: string): string {
  return text.replaceAll(IDS, (id) => nameOf(world, id));
}

/** Text in which the ids of processes with a name are that name; all others stay whole, to be copied. */
export function withKnownNames(world: World, text: string): string {
  return text.replaceAll(IDS, (id) => world.processById.get(id)?.name ?? id);
}
