import { stripVTControlCharacters } from 'node:util';
import { AoError } from '../contract/errors.ts';
import { toItemId, toProcessId, type ItemId, type ProcessId } from '../contract/ids.ts';
import { tagValue, type Item, type Tag } from '../contract/item.ts';
import type { HistoryPlace } from '../contract/kept.ts';
import { outputText } from '../contract/outcome.ts';
import type { Client } from '../contract/rpc.ts';
import type { TestMessage } from '../contract/tests.ts';
import type { Cause, Fact, ItemSketch } from '../contract/trace.ts';

/** A message as a test sees it: the fields of an ao message, every tag among them, and who is who by name. */
export interface SeenMessage {
  readonly Id: ItemId;
  readonly From: string;
  readonly Target: string;
  readonly Data: string;
  readonly Tags: Readonly<Record<string, string>>;
  /** Names where there are any, ids otherwise. */
  readonly from: string;
  readonly to: string;
  /** What its slot printed or returned, and the error it ended with. */
  readonly output: string;
  readonly error: string | null;
  /** Where it was evaluated; null for one to a wallet. */
  readonly place: HistoryPlace | null;
  /** The slot that sent it; null for one from outside. */
  readonly by: HistoryPlace | null;
  readonly [tag: string]: unknown;
}

/** An evaluation that sent something: of a slot, or of the cron message `tick` before it. */
export type Sender = HistoryPlace & Pick<Cause, 'tick'>;

interface Noted {
  readonly id: ItemId;
  readonly sketch: ItemSketch;
  readonly by: Sender | null;
  readonly index: number;
}

/** What happened on the node since a test began, and who is who. */
export interface Journal {
  /** Takes in what has happened since. To be called when the node is idle. */
  follow(): Promise<void>;
  /** Forgets the test before; names of wallets stay. */
  begin(): Promise<void>;
  name(id: string, name: string, isKept?: boolean): void;
  nameOf(id: string): string;
  /** Processes that were spawned in this test, by whomever. */
  processes(): readonly ProcessId[];
  /** Had all that followed from one message come to rest when another came in? By measured time. */
  hadRested(from: HistoryPlace, before: ItemId): boolean;
  /** The place of an item among all that came in or were pushed; the end for one that is not known. */
  orderOf(id: ItemId): number;
  /** The message from outside that one came of, or the cron message. */
  rootOf(place: Sender): Sender;
  /** Was what it sent pushed? */
  hasSent(place: Sender): boolean;
  /** Were its cron messages ever watched? */
  isWatched(process: ProcessId): boolean;
  /** All that followed from what stands in a slot: depth first, each outbox in its order. Read when the node is idle. */
  followed(from: Sender): Promise<readonly SeenMessage[]>;
  /** What was sent to an id, in order. */
  received(target: string): Promise<readonly SeenMessage[]>;
  /** The last messages, oldest first. */
  trail(count: number): readonly TestMessage[];
}

const SHORT = 8;
const FACTS_PAGE = 1000;
/** A name that stands in a message as its value would be the one of a field. */
const FIELDS: ReadonlySet<string> = new Set(['Id', 'From', 'Target', 'Data', 'Tags', 'from', 'to', 'output', 'error', 'place', 'by']);

export function createJournal(ask: Client['ask']): Journal {
  const wallets = new Map<string, string>();
  const names = new Map<string, string>();
  let all: Noted[] = [];
  const places = new Map<ItemId, HistoryPlace[]>();
  const items = new Map<string, ItemId>();
  const cameAtMs = new Map<ItemId, number>();
  const orders = new Map<ItemId, number>();
  const causes = new Map<ItemId, Sender>();
  const children = new Map<string, Noted[]>();
  const spawned = new Set<ProcessId>();
  const watched = new Set<ProcessId>();

  const nameOf = (id: string): string => names.get(id) ?? wallets.get(id) ?? (id.length > SHORT ? `${id.slice(0, SHORT)}…` : id);
  const sentBy = (place: HistoryPlace): Noted[] =>
    (children.get(keyOf(place)) ?? []).toSorted((first, second) => first.index - second.index);
  const itemOf = async (id: ItemId, place: HistoryPlace | null): Promise<Item> => {
    const entry = place === null ? undefined : (await ask('su.log', { ...place, from: place.slot, limit: 1 })).entries[0];
    return entry?.message ?? ask('gateway.item', { id });
  };
  const seen = async ({ id, sketch, by }: Noted): Promise<SeenMessage> => {
    const place = places.get(id)?.[0] ?? null;
    const { tags, data } = await itemOf(id, place);
    const result = place === null ? null : await ask('cu.result', place);
    const byName = tagTable(tags);
    return {
      ...Object.fromEntries(Object.entries(byName).filter(([name]) => !FIELDS.has(name))),
      Id: id,
      From: sketch.from,
      Target: sketch.target,
      Data: data ?? '',
      Tags: byName,
      from: nameOf(sketch.from),
      to: nameOf(sketch.target),
      output: result === null ? '' : stripVTControlCharacters(outputText(result.output).text),
      error: result?.error ?? null,
      place,
      by,
    };
  };

  const note = (fact: Fact): void => {
    if (fact.kind === 'mu.received' || fact.kind === 'mu.pushed') {
      orders.set(fact.id, orders.size);
      cameAtMs.set(fact.id, fact.atMs);
      if (fact.cause === undefined) return void all.push({ id: fact.id, sketch: fact.sketch, by: null, index: 0 });
      const { index, message: _of, ...by } = fact.cause;
      const one = { id: fact.id, sketch: fact.sketch, by, index };
      all.push(one);
      children.set(keyOf(by), [...(children.get(keyOf(by)) ?? []), one]);
      causes.set(fact.id, by);
    } else if (fact.kind === 'mu.monitored') {
      watched.add(fact.process);
    } else if (fact.kind === 'su.assigned') {
      const { id, process, slot, sketch } = fact;
      places.set(id, [...(places.get(id) ?? []), { process, slot }]);
      items.set(keyOf({ process, slot }), id);
      if (slot !== 0) return;
      spawned.add(process);
      if (!names.has(process) && sketch.name !== null) names.set(process, sketch.name);
    }
  };
  const read = { 'su.facts': 0, 'mu.facts': 0 };
  const follow = async (): Promise<void> => {
    for (const question of ['su.facts', 'mu.facts'] as const) {
      for (;;) {
        const { facts } = await ask(question, { after: read[question], limit: FACTS_PAGE });
        facts.forEach(note);
        read[question] = facts.at(-1)?.seq ?? read[question];
        if (facts.length < FACTS_PAGE) break;
      }
    }
  };

  return {
    follow,
    async begin() {
      await follow();
      all = [];
      for (const map of [items, causes, children, orders, cameAtMs]) map.clear();
      places.clear();
      spawned.clear();
      names.clear();
    },
    name: (id, name, isKept = false) => void (isKept ? wallets : names).set(id, name),
    nameOf,
    processes: () => [...spawned],
    hadRested(from, before) {
      const came = cameAtMs.get(before) ?? Infinity;
      const waiting = [from];
      const done = new Set<string>();
      for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
        if (done.has(keyOf(place))) continue;
        done.add(keyOf(place));
        if ((cameAtMs.get(items.get(keyOf(place)) ?? before) ?? Infinity) > came) return false;
        for (const one of sentBy(place)) waiting.push(...(places.get(one.id) ?? []));
      }
      return true;
    },
    orderOf: (id) => orders.get(id) ?? Infinity,
    rootOf(place) {
      const seen = new Set<string>();
      let root: Sender = place;
      for (let next: Sender | undefined = place; next !== undefined && !seen.has(keyOf(next));) {
        root = next;
        seen.add(keyOf(next));
        const item = items.get(keyOf(next));
        next = item === undefined ? undefined : causes.get(item);
      }
      return root;
    },
    hasSent: (place) => children.has(keyOf(place)),
    isWatched: (process) => watched.has(process),
    async followed(from) {
      const found: Noted[] = [];
      const done = new Set<string>();
      const walk = (place: Sender): void => {
        const key = keyOf(place);
        if (done.has(key)) return;
        done.add(key);
        for (const one of sentBy(place)) {
          found.push(one);
          for (const next of places.get(one.id) ?? []) walk(next);
        }
      };
      walk(from);
      return Promise.all(found.map(seen));
    },
    received: (target) => Promise.all(all.filter(({ sketch }) => sketch.target === target).map(seen)),
    trail: (count) =>
      all
        .filter(({ sketch }) => sketch.type !== 'Process')
        .slice(-count)
        .map(({ id, sketch }) => ({
          from: nameOf(sketch.from),
          to: nameOf(sketch.target),
          action: sketch.action,
          data: sketch.preview ?? '',
          place: places.get(id)?.[0] ?? null,
        })),
  };
}

function keyOf({ process, slot, tick }: Sender): string {
  return tick === undefined ? `${process} ${slot}` : `${process} ${slot} cron ${tick}`;
}

/** The first tag of each name, as a process sees them. */
function tagTable(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ name }) => [name, tagValue(tags, name) ?? '']));
}

/** @throws AoError ARGUMENTS_INVALID for what is no id. */
export function processId(raw: string): ProcessId {
  try {
    return toProcessId(toItemId(raw));
  } catch {
    throw new AoError('ARGUMENTS_INVALID', { command: 'the test', reason: `${raw.slice(0, 64)} is no id of a process` });
  }
}
