import { setTimeout as delay } from 'node:timers/promises';
import type { ClockState } from '../../node/contract/clock.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { HandlersOf } from '../../node/contract/handlers.ts';
import { toAddress, toItemId, toProcessId, toSlot } from '../../node/contract/ids.ts';
import type { Assignment, Item, LogEntry } from '../../node/contract/item.ts';
import type { OpenUnit } from '../../node/contract/unit.ts';

/** A process that no talker knows. */
export const UNKNOWN = toProcessId('u'.repeat(43));
export const KNOWN = toProcessId('k'.repeat(43));
const ITEM = toItemId('i'.repeat(43));

/**
 * A partner in conversation with the contract of the SU: it does nothing an SU does, but answers in every way in
 * which a unit can answer. `su.isProcess` takes its orders from the id.
 */
export const openTalker: OpenUnit<'su'> = async (_config, { ask, tell }) => {
  let started = 0;
  let aborted = 0;
  const waitForAbort = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
        reject(new AoError('CANCELLED'));
      });
    });

  const handlers: HandlersOf<'su'> = {
    async 'su.isProcess'({ id }, signal) {
      if (id === 'wait') {
        started += 1;
        return waitForAbort(signal);
      }
      return { isProcess: id.length % 2 === 0 };
    },
    /** Counters of the waiting questions: how many began, how many were cancelled. */
    'su.time': async () => ({ timestampMs: started, blockHeight: aborted }),
    'su.process': async ({ process }) => {
      if (process === UNKNOWN) throw new AoError('PROCESS_UNKNOWN', { process });
      throw new Error('an ordinary mistake');
    },
    /** Announces `limit` batches of one fact each, then answers. */
    async 'su.facts'({ limit }) {
      for (let seq = 1; seq <= limit; seq += 1) {
        tell('facts', {
          unit: 'su',
          facts: [{ kind: 'su.rejected', id: ITEM, process: KNOWN, code: 'ITEM_NO_PROTOCOL', message: '', unit: 'su', seq, atMs: 0 }],
        });
        if (seq % 10 === 0) await delay(1);
      }
      return { facts: [], last: limit };
    },
    'su.log': async ({ limit }) => ({ entries: [entryOf('x'.repeat(limit * 1024))] }),
    /** Asks its host in turn. */
    async 'su.find'() {
      const { height } = await ask('gateway.network', {});
      return entryOf(String(height));
    },
    'su.schedule': async () => assignment,
    'su.assign': async () => assignment,
    'su.clock': async () => CLOCK,
    'su.setClock': async () => CLOCK,
    'su.jump': async () => CLOCK,
    'su.due': async () => ({ due: [], nextBlockMs: 0 }),
    'su.note': async () => ({}),
    'su.notes': async () => ({ notes: [] }),
    'su.search': async () => ({ found: [], readTo: 0, last: 0 }),
    'su.tags': async () => ({ seen: [] }),
    'su.export': async () => ({ items: [], next: null }),
    'su.takeRemoved': async () => ({}),
    'su.takeLines': async () => ({ slots: 0 }),
    'su.takeTold': async () => ({}),
    'su.rebuild': async () => ({ processes: 0, slots: 0, notes: 0, gaps: [] }),
  };
  return { handlers, opened: { url: null, address: toAddress('talker') }, close: async () => undefined };
};

const CLOCK: ClockState = { mode: 'real', rate: 1, timestampMs: 0, blockHeight: 0 };
const assignment: Assignment = {
  id: ITEM,
  owner: 'o',
  address: toAddress('a'),
  signature: 's',
  anchor: '',
  tags: [{ name: 'n', value: 'v' }],
  process: KNOWN,
  slot: toSlot(1),
  epoch: 0,
  timestampMs: 1,
  blockHeight: 1,
  hashChain: 'h',
  message: ITEM,
  exclude: [],
};

function entryOf(data: string): LogEntry {
  const message: Item = {
    id: ITEM,
    signatureType: 2,
    signature: 's',
    owner: 'o',
    address: toAddress('a'),
    target: '',
    anchor: '',
    tags: [],
    data,
    dataBytes: data.length,
  };
  return { assignment, message };
}
