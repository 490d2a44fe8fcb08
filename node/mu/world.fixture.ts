import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { DEFAULT_LIMITS, type CommandName, type Commands } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import { toItemId, toProcessId, toSlot, type ItemId, type ProcessId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import type { OutboxAssignment, OutboxMessage } from '../contract/outcome.ts';
import type { FactBody } from '../contract/trace.ts';
import { buildItem } from '../item/build.ts';
import { trustItem } from '../item/parse.ts';
import { createWallet } from '../item/wallet.ts';
import { openDatabase } from '../store/database.ts';
import { createJourneys } from './journeys.ts';
import { openMonitorStore } from './monitor.ts';
import { createMu, type Mu } from './mu.ts';
import { MU_SCHEMA, openOutbox, type Outbox } from './outbox.ts';

/** What a process answers a message with. */
export interface Reply {
  readonly messages?: readonly OutboxMessage[];
  readonly assignments?: readonly OutboxAssignment[];
}

/** The other units as the MU sees them, with a switch for every fault. */
export interface World {
  readonly mu: Mu;
  readonly outbox: Outbox;
  readonly facts: FactBody[];
  /** Every item that was given a slot, in order; assignments of data by their request. */
  readonly scheduled: string[];
  readonly uploaded: string[];
  /** Runs before a question is answered; throws in its place. */
  before: (name: CommandName) => void;
  /** Runs after a question was answered, when its effect is there: throws where the answer is lost. */
  after: (name: CommandName) => void;
  /** Sends a message to `process` as a person would. */
  send(process: ProcessId): Promise<{ readonly id: ItemId }>;
  /** A new MU on the same outbox, as after a kill. */
  restart(): void;
}

/** 43 characters hold two bits more than 32 bytes do: the last one says that they are zero. */
export const id = (letter: string): ItemId => toItemId(`${letter.repeat(42)}A`);
export const processId = (letter: string): ProcessId => toProcessId(id(letter));
export const to = (process: ProcessId | ItemId, anchor = 1): OutboxMessage => ({
  Target: process,
  Anchor: String(anchor).padStart(32, '0'),
  Tags: [],
  Data: '',
});

/** @param reply what a process does with its n-th message; @param items after how many of them a journey is held. */
export function createWorld(reply: (process: ProcessId, slot: number) => Reply, processes: readonly ProcessId[], items = 1_000): World {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-mu-'));
  const database = openDatabase(join(dir, 'mu.db'), MU_SCHEMA, 'normal');
  const outbox = openOutbox(database);
  const person = createWallet();
  const wallet = createWallet();
  const logs = new Map<ProcessId, ItemId[]>(processes.map((process) => [process, [toItemId(process)]]));
  const requests = new Map<string, ItemId>();
  const facts: FactBody[] = [];
  const scheduled: string[] = [];
  const uploaded: string[] = [];
  let anchors = 0;
  let wishes = 0;
  let isOver = false;

  const logOf = (process: ProcessId): ItemId[] => {
    const log = logs.get(process);
    if (log === undefined) throw new AoError('PROCESS_UNKNOWN', { process });
    return log;
  };
  const assignment = (process: ProcessId, message: ItemId, slot: number): Commands['su.schedule']['reply'] => ({
    id: message,
    owner: '',
    address: wallet.address,
    signature: '',
    anchor: '',
    tags: [],
    process,
    slot: toSlot(slot),
    epoch: 0,
    timestampMs: slot,
    blockHeight: 0,
    hashChain: '',
    message,
    exclude: [],
  });
  const entry = (process: ProcessId, message: ItemId): Commands['su.find']['reply'] => {
    const slot = logOf(process).indexOf(message);
    if (slot < 0) throw new AoError('MESSAGE_UNKNOWN', { process, message });
    return { assignment: assignment(process, message, slot), message: null };
  };
  const processItem: Item = trustItem(buildItem(person, { tags: [{ name: 'Scheduler', value: 'here' }], data: '' }).bytes);
  const answers: { readonly [N in CommandName]?: (args: Commands[N]['args']) => Commands[N]['reply'] } = {
    'su.isProcess': ({ id: asked }) => ({ isProcess: [...logs.keys()].some((process) => process === asked) }),
    'su.schedule'({ item: raw }) {
      const item = trustItem(Buffer.from(raw, 'base64url'));
      const process = toProcessId(item.target);
      const log = logOf(process);
      if (log.includes(item.id)) throw new AoError('MESSAGE_DUPLICATE', { message: item.id, slot: log.indexOf(item.id), process });
      scheduled.push(item.id);
      return assignment(process, item.id, log.push(item.id) - 1);
    },
    'su.assign'({ process, request }) {
      const known = request === null ? undefined : requests.get(request);
      const log = logOf(process);
      const message = known ?? toItemId(`${String(scheduled.length).padStart(42, 'a')}A`);
      if (known === undefined) {
        scheduled.push(request ?? 'new');
        log.push(message);
        if (request !== null) requests.set(request, message);
      }
      return assignment(process, message, log.indexOf(message));
    },
    'su.find': ({ process, id: message }) => entry(process, message),
    'su.process': ({ process }) => ({
      process,
      module: toItemId(process) as string as Commands['su.process']['reply']['module'],
      name: null,
      item: processItem,
      assignment: assignment(process, toItemId(process), 0),
      slotLatest: toSlot(logOf(process).length - 1),
    }),
    'cu.result': ({ process, slot }) => ({
      output: '',
      messages: [],
      spawns: [],
      assignments: [],
      error: null,
      gasUsed: 0,
      verdict: null,
      process,
      slot,
      message: logOf(process)[slot] ?? id('x'),
      hash: '',
      memoryBytes: 0,
      durationMs: 0,
      ...reply(process, slot),
    }),
    'cu.accepts': () => ({}),
    'cu.cron': () => ({ ticks: [], newest: null }),
    'gateway.upload'({ item }) {
      const { id: uploadedId } = trustItem(Buffer.from(item, 'base64url'));
      uploaded.push(uploadedId);
      return { id: uploadedId };
    },
  };
  const open = (): Mu =>
    createMu({
      outbox,
      monitors: openMonitorStore(database),
      wallet,
      limits: DEFAULT_LIMITS,
      shuffle: null,
      journeys: createJourneys(items),
      measuredNow: () => 0,
      newRequest: () => `request ${++wishes}`,
      record: (fact) => void facts.push(fact),
      async ask(name, args) {
        await turn();
        world.before(name);
        const answer = answers[name];
        if (answer === undefined) throw new Error(`nobody answers ${name} here`);
        const value = answer(args);
        world.after(name);
        return value;
      },
      async pause() {
        await turn();
        if (isOver) throw new AoError('CANCELLED');
      },
    });
  let mu: Mu;
  onTestFinished(async () => {
    isOver = true;
    await mu.stop();
    outbox.flush();
    database.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const world: World = {
    get mu() {
      return mu;
    },
    before: () => undefined,
    after: () => undefined,
    outbox,
    facts,
    scheduled,
    uploaded,
    async send(process) {
      const tags = [
        { name: 'Data-Protocol', value: 'ao' },
        { name: 'Type', value: 'Message' },
      ];
      const item = buildItem(person, { target: process, anchor: String(++anchors).padStart(32, 'p'), tags, data: '' });
      await mu.handlers['mu.send']({ item: item.raw }, new AbortController().signal);
      return { id: item.id };
    },
    restart() {
      mu = open();
    },
  };
  mu = open();
  return world;
}
