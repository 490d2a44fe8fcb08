import type { ProcessId } from '../../node/contract/ids.ts';
import { exactTerm, partyTerm } from './filter-edit.ts';
import { slotsOf } from './lookup.ts';
import { whoWithin, type OwnWallets } from './own-wallets.ts';
import { senderOf } from './rows.ts';
import type { World } from './world.ts';

/** What came to a process with one action. */
export interface ActionTraffic {
  /** Messages that were evaluated, and taken by a handler. */
  readonly messages: number;
  readonly errors: number;
  /** Who sent them, the most frequent first. */
  readonly senders: readonly string[];
}

interface Counted {
  messages: number;
  errors: number;
  readonly senders: Map<string, number>;
}

const made = new WeakMap<World, Map<ProcessId, ReadonlyMap<string, ActionTraffic>>>();

/** The traffic of a process by action. What no handler took is not counted. */
export function actionTraffic(world: World, process: ProcessId): ReadonlyMap<string, ActionTraffic> {
  const ofWorld = made.get(world) ?? new Map<ProcessId, ReadonlyMap<string, ActionTraffic>>();
  made.set(world, ofWorld);
  const known = ofWorld.get(process);
  if (known !== undefined) return known;
  const counted = new Map<string, Counted>();
  for (const row of slotsOf(world, process)) {
    if (row === undefined || row.action === null || row.evaluatedAtMs === null || row.slot === 0) continue;
    if (row.hints.some(({ code }) => code === 'MESSAGE_UNMATCHED')) continue;
    const one = counted.get(row.action) ?? { messages: 0, errors: 0, senders: new Map<string, number>() };
    counted.set(row.action, one);
    one.messages += 1;
    if (row.status === 'error') one.errors += 1;
    const sender = senderOf(row);
    if (sender !== null) one.senders.set(sender, (one.senders.get(sender) ?? 0) + 1);
  }
  const traffic = new Map(
    [...counted].map(([action, { messages, errors, senders }]) => {
      const sorted = [...senders].toSorted((first, second) => second[1] - first[1]).map(([sender]) => sender);
      return [action, { messages, errors, senders: sorted }] as const;
    }),
  );
  ofWorld.set(process, traffic);
  return traffic;
}

/** What came to several processes of one program with one action; undefined where nothing did. */
export function sharedTraffic(world: World, processes: readonly ProcessId[], action: string): ActionTraffic | undefined {
  const all = processes.flatMap((process) => actionTraffic(world, process).get(action) ?? []);
  if (all.length === 0) return undefined;
  const sum = (what: 'messages' | 'errors'): number => all.reduce((total, one) => total + one[what], 0);
  return { messages: sum('messages'), errors: sum('errors'), senders: [...new Set(all.flatMap(({ senders }) => senders))] };
}

/** The words of a filter for what {@link sharedTraffic} counts: the action alone, unless other processes take it too. */
export function sharedTerms(world: World, processes: readonly ProcessId[], action: string): readonly string[] {
  const term = exactTerm('action', action);
  const isTheirs = world.processes.every(({ id }) => processes.includes(id) || !actionTraffic(world, id).has(action));
  return isTheirs ? [term] : [`(${processes.map((process) => partyTerm(world, 'to', process)).join(' or ')})`, term];
}

const NAMED = 3;

/** It in words: `12 messages from you, ear and 3 more · 1 error`. */
export function trafficWords(world: World, { messages, errors, senders }: ActionTraffic, own: OwnWallets): string {
  const names = senders.slice(0, NAMED).map((sender) => whoWithin(world, sender, own));
  const more = senders.length - names.length;
  const from = names.length === 0 ? '' : ` from ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const failed = errors === 0 ? '' : ` · ${errors} ${errors === 1 ? 'error' : 'errors'}`;
  return `${messages.toLocaleString('en-US')} ${messages === 1 ? 'message' : 'messages'}${from}${failed}`;
}
