import { nameOf, shortId } from './lookup.ts';
import { isTrouble, senderOf, type MessageRow } from './rows.ts';
import { knownName, ownName, type OwnWallets } from './own-wallets.ts';
import type { World } from './world.ts';

/** Who sends or gets: a process, a wallet, the node's own clock, the gateway where mail is left, or nobody at all. */
export type PartyKind = 'process' | 'wallet' | 'cron' | 'gateway' | 'nowhere';

/** One who takes part in the traffic. */
export interface Party {
  /** The process or the address; {@link CRON}, {@link GATEWAY} or {@link NOWHERE} for the rest. */
  readonly id: string;
  readonly kind: PartyKind;
  readonly name: string;
  /** 1 to 8 for `--lane-n`; 0 for what is no process. */
  readonly color: number;
  readonly sent: number;
  readonly got: number;
  /** Messages that came to it and went wrong. */
  readonly errors: number;
}

/** Everything that one sent to another. */
export interface Route {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly errors: number;
  /** The newest message. */
  readonly last: MessageRow;
  readonly lastError: MessageRow | null;
}

/** Who sends to whom, and how often. */
export interface Traffic {
  /** In the order in which they were first met. */
  readonly parties: readonly Party[];
  readonly routes: readonly Route[];
  /** The keys of the routes. */
  readonly keys: ReadonlySet<string>;
  /** How many there are before the busiest were taken. */
  readonly partiesInAll: number;
  readonly routesInAll: number;
}

/** Ids that no process and no wallet has. */
export const CRON = 'cron';
export const GATEWAY = 'gateway';
export const NOWHERE = 'nowhere';

/** More than these nobody can read. */
export const PARTIES_MAX = 300;
export const ROUTES_MAX = 900;

interface PartyDraft {
  readonly id: string;
  readonly number: number;
  readonly kind: PartyKind;
  readonly name: string;
  sent: number;
  got: number;
  errors: number;
}

interface RouteDraft {
  readonly from: PartyDraft;
  readonly to: PartyDraft;
  count: number;
  errors: number;
  last: MessageRow;
  lastError: MessageRow | null;
}

/** More parties than a run will ever have, so that two of them make one number. */
const FACTOR = 2 ** 26;

/** What was added up, before the busiest are taken of it. */
export interface Tally {
  readonly routes: readonly RouteDraft[];
  readonly own: OwnWallets;
}

/**
 * Adds the rows up by sender and receiver. Cost grows with the rows.
 * @param own the wallets of this installation, which stand on the map even where they send nothing
 */
export function tallyOf(world: World, rows: readonly MessageRow[], own: OwnWallets): Tally {
  const routes = mailLeft(added(world, rows), own);
  for (const { from, to, count, errors } of routes) {
    from.sent += count;
    to.got += count;
    to.errors += errors;
  }
  return { routes, own };
}

/** The busiest {@link PARTIES_MAX}. The ends of the message in focus are kept, however little they say. */
export function trafficOf(world: World, { routes, own }: Tally, focus: MessageRow | null): Traffic {
  const drafts = [...new Set(routes.flatMap(({ from, to }) => [from, to]))];
  const ends: ReadonlySet<string> = new Set(focus === null ? [] : [fromOf(focus), receiverOf(world, focus)]);
  const chosen = new Set(taken(drafts, PARTIES_MAX, ({ id, sent, got }) => (ends.has(id) ? Infinity : sent + got)));
  const between = routes.filter(({ from, to }) => chosen.has(from) && chosen.has(to));
  const shown = taken(between, ROUTES_MAX, ({ from, to, count }) => (ends.has(from.id) && ends.has(to.id) ? Infinity : count));
  return {
    parties: drafts
      .filter((draft) => chosen.has(draft))
      .map(({ id, kind, name, sent, got, errors }) => ({
        id,
        kind,
        name: knownName(world, id, own) ?? (kind === 'wallet' ? `wallet ${shortId(id)}` : name),
        color: world.processById.get(id)?.lane ?? 0,
        sent,
        got,
        errors,
      })),
    routes: shown.map(({ from, to, count, errors, last, lastError }) => ({
      key: keyBetween(from.id, to.id),
      from: from.id,
      to: to.id,
      count,
      errors,
      last,
      lastError,
    })),
    keys: new Set(shown.map(({ from, to }) => keyBetween(from.id, to.id))),
    partiesInAll: drafts.length,
    routesInAll: routes.length,
  };
}

/** The key of the route that a message took; null for none. */
export function routeKeyOf(world: World, traffic: Traffic, row: MessageRow | null): string | null {
  if (row === null) return null;
  const from = fromOf(row);
  const to = receiverOf(world, row);
  return [keyBetween(from, to), keyBetween(from, GATEWAY)].find((key) => traffic.keys.has(key)) ?? null;
}

/** True for a row that belongs to the route. */
export function isOnRoute(world: World, route: Pick<Route, 'from' | 'to'>, row: MessageRow): boolean {
  if (fromOf(row) !== route.from) return false;
  const to = receiverOf(world, row);
  return to === route.to || (route.to === GATEWAY && !world.processById.has(to) && to !== NOWHERE);
}

function keyBetween(from: string, to: string): string {
  return `${from}>${to}`;
}

function fromOf(row: MessageRow): string {
  return row.cron === null ? (senderOf(row) ?? NOWHERE) : CRON;
}

function receiverOf(world: World, row: MessageRow): string {
  if (world.processById.has(row.to)) return row.to;
  const isMail = row.status === 'received' || row.code === 'PUSH_TARGET_WALLET';
  return row.to === '' || !isMail ? NOWHERE : row.to;
}

function added(world: World, rows: readonly MessageRow[]): readonly RouteDraft[] {
  const parties = new Map<string, PartyDraft>();
  const routes = new Map<number, RouteDraft>();
  const party = (id: string, row: MessageRow): PartyDraft => {
    const known = parties.get(id);
    if (known !== undefined) return known;
    // A spawn that has no slot yet is a process all the same.
    const isSpawn = row.type === 'Process' && id === row.to;
    const name = isSpawn && row.name !== null ? row.name : nameOf(world, id);
    const kind = kindOf(world, id, isSpawn);
    const made = { id, number: parties.size, kind, name: NAMES[kind] ?? name, sent: 0, got: 0, errors: 0 };
    parties.set(id, made);
    return made;
  };
  for (const row of rows) {
    const from = party(fromOf(row), row);
    const to = party(receiverOf(world, row), row);
    const isError = isTrouble(row);
    const key = from.number * FACTOR + to.number;
    const route = routes.get(key);
    if (route === undefined) {
      routes.set(key, { from, to, count: 1, errors: isError ? 1 : 0, last: row, lastError: isError ? row : null });
      continue;
    }
    route.count += 1;
    route.last = row;
    if (!isError) continue;
    route.errors += 1;
    route.lastError = row;
  }
  return [...routes.values()];
}

function kindOf(world: World, id: string, isSpawn: boolean): PartyKind {
  if (id === CRON) return 'cron';
  if (id === NOWHERE) return 'nowhere';
  return isSpawn || world.processById.has(id) ? 'process' : 'wallet';
}

const NAMES: Readonly<Partial<Record<PartyKind, string>>> = { cron: 'Cron', gateway: 'Gateway', nowhere: 'Nowhere' };

/** Wallets that never send anything are the gateway: what is sent to them is left there. */
function mailLeft(routes: readonly RouteDraft[], own: OwnWallets): readonly RouteDraft[] {
  const senders = new Set(routes.map(({ from }) => from));
  const gateway: PartyDraft = { id: GATEWAY, number: -1, kind: 'gateway', name: 'Gateway', sent: 0, got: 0, errors: 0 };
  const kept: RouteDraft[] = [];
  const left = new Map<PartyDraft, RouteDraft>();
  for (const route of routes) {
    const { from, to } = route;
    const before = left.get(from);
    if (to.kind !== 'wallet' || ownName(to.id, own) !== null || senders.has(to)) kept.push(route);
    else if (before === undefined) left.set(from, { ...route, to: gateway });
    else {
      before.count += route.count;
      before.errors += route.errors;
      if (route.last.at > before.last.at) before.last = route.last;
      before.lastError = route.lastError ?? before.lastError;
    }
  }
  return [...kept, ...left.values()];
}

/** The `most` with the highest weight, in their own order. */
function taken<T>(all: readonly T[], most: number, weight: (one: T) => number): readonly T[] {
  if (all.length <= most) return all;
  const best = new Set(all.toSorted((a, b) => weight(b) - weight(a)).slice(0, most));
  return all.filter((one) => best.has(one));
}
