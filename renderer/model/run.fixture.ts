import { toItemId, toProcessId, toSlot, type ItemId, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import type { Cause, Fact, FactBody, ItemSketch, UnitName } from '../../node/contract/trace.ts';

/** What each unit told of a run, in its own order. */
export type Told = Readonly<Record<UnitName, readonly Fact[]>>;

export interface RunWish {
  readonly processes: number;
  readonly messages: number;
  /** Numbers from 0 to 1: the same ones give the same run. */
  readonly random: () => number;
}

/** A small generator of numbers from 0 to 1 for runs that repeat. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** An id that is made of a number. */
export function fixtureId(kind: string, number: number): ItemId {
  return toItemId(`${kind}${number}`.padEnd(43, '_'));
}

interface Unread {
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly message: ItemId;
  readonly journey: ItemId;
  readonly hops: number;
}

/** A run in which processes are spawned, send each other messages, fail, drop, refuse and are held now and then. */
export function fixtureRun({ processes, messages, random }: RunWish): Told {
  const told: Record<UnitName, Fact[]> = { gateway: [], su: [], cu: [], mu: [] };
  const slots = new Map<ProcessId, number>();
  const open: Unread[] = [];
  let clockMs = 1_000;
  let ids = 0;
  const tell = (unit: UnitName, body: FactBody): void => {
    clockMs += Math.floor(random() * 4) / 2;
    told[unit].push({ ...body, unit, seq: told[unit].length + 1, atMs: clockMs });
  };
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const sketchOf = (type: ItemSketch['type'], target: string, from: string, action: string | null, name: string | null): ItemSketch => ({
    type,
    target,
    from,
    action,
    name,
    preview: action === null ? null : `data of ${action}`,
    dataBytes: 12,
  });
  const assign = (id: ItemId, process: ProcessId, sketch: ItemSketch, about: Pick<Unread, 'journey' | 'hops'>): void => {
    const slot = toSlot(slots.get(process) ?? 0);
    slots.set(process, slot + 1);
    tell('su', { kind: 'su.assigned', id, assignment: fixtureId('a', ++ids), process, slot, timestampMs: Math.round(clockMs), sketch });
    evaluate(id, process, slot);
    open.push({ process, slot, message: id, ...about });
  };
  const evaluate = (id: ItemId, process: ProcessId, slot: Slot): void => {
    const luck = random();
    if (luck < 0.05) return;
    if (luck < 0.08) return tell('cu', { kind: 'cu.failed', process, slot, code: 'EVALUATOR_DIED', message: 'The evaluator ended.' });
    const error = luck < 0.14 ? 'attempt to index a nil value' : null;
    tell('cu', {
      kind: 'cu.evaluated',
      process,
      slot,
      id,
      hash: fixtureId('h', ids),
      error,
      output: error === null ? `slot ${slot}` : '',
      prompt: 'p>',
      messages: 1,
      spawns: 0,
      assignments: 0,
      gasUsed: Math.floor(random() * 5000),
      memoryBytes: 1 << 24,
      durationMs: random() * 3,
      isCutShort: false,
    });
  };
  const spawn = (number: number): void => {
    const id = fixtureId('p', number);
    const sketch = sketchOf('Process', id, WALLET, null, `process ${number}`);
    tell('mu', { kind: 'mu.received', id, sketch, journey: id });
    assign(id, toProcessId(id), sketch, { journey: id, hops: 0 });
  };
  const send = (): void => {
    const id = fixtureId('m', ++ids);
    const to = pick([...slots.keys()]);
    if (to === undefined) return;
    const parent = random() < 0.7 ? open.splice(Math.floor(random() * open.length), 1)[0] : undefined;
    const luck = random();
    if (parent === undefined) {
      const sketch = sketchOf('Message', to, WALLET, pick(ACTIONS) ?? null, null);
      if (luck < 0.05)
        return tell('mu', {
          kind: 'mu.rejected',
          id: luck < 0.02 ? null : id,
          sketch: luck < 0.02 ? null : sketch,
          code: 'ITEM_NO_PROTOCOL',
          message: 'No protocol tag.',
        });
      tell('mu', { kind: 'mu.received', id, sketch, journey: id });
      if (luck < 0.1) return tell('su', { kind: 'su.rejected', id, process: to, code: 'PROCESS_UNKNOWN', message: 'No such process.' });
      assign(id, to, sketch, { journey: id, hops: 0 });
      if (luck > 0.95) tell('su', { kind: 'su.rejected', id, process: to, code: 'MESSAGE_DUPLICATE', message: 'It stands in the log.' });
      return;
    }
    push({ id, to, parent, luck });
  };
  const push = ({ id, to, parent, luck }: { id: ItemId; to: ProcessId; parent: Unread; luck: number }): void => {
    const { process, slot, message, journey, hops } = parent;
    const cause: Cause = { process, slot, message, index: 0 };
    if (luck < 0.05) {
      tell('mu', { kind: 'mu.held', journey, process, slot, hops, limit: hops });
      if (luck < 0.03) tell('mu', { kind: 'mu.continued', journey, limit: 2 * hops });
      return;
    }
    if (luck < 0.1)
      return tell('mu', { kind: 'mu.dropped', target: 'nobody', journey, cause, code: 'PUSH_UNSIGNABLE', message: 'It has no target.' });
    const sketch = sketchOf('Message', luck < 0.15 ? WALLET : to, process, pick(ACTIONS) ?? null, null);
    if (luck < 0.3 || luck > 0.98) {
      const delivery = { id: `d ${id}`, item: id, sketch, target: sketch.target, journey, cause, hops: hops + 1 };
      tell('mu', { kind: 'mu.waiting', delivery });
      if (luck > 0.98) return;
    }
    tell('mu', { kind: 'mu.pushed', id, sketch, journey, cause, hops: hops + 1 });
    if (luck < 0.15) return;
    if (luck < 0.18) return tell('mu', { kind: 'mu.dropped', target: to, journey, cause, code: 'PUSH_FAILED', message: 'The SU is down.' });
    assign(id, to, sketch, { journey, hops: hops + 1 });
  };
  for (let number = 0; number < processes; number += 1) spawn(number);
  for (let number = 0; number < messages; number += 1) send();
  return told;
}

const WALLET = 'wallet'.padEnd(43, '-');
const ACTIONS = ['Ping', 'Transfer', 'Credit-Notice', 'Eval'];
