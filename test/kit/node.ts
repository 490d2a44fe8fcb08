import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import type { ClockStart } from '../../node/contract/clock.ts';
import type { NodeLimits } from '../../node/contract/commands.ts';
import type { NetworkProfile } from '../../node/contract/network.ts';
import { toModuleId, toSlot, type ItemId, type ModuleId, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { outputText, type SlotOutcome } from '../../node/contract/outcome.ts';
import type { Fact, UnitName } from '../../node/contract/trace.ts';

import { buildItem } from '../../node/item/build.ts';
import { createWallet, type Wallet } from '../../node/item/wallet.ts';
import { startLocalNode, type LocalNode } from '../../node/local.ts';
import { buildLuaModule } from '../../node/lua/module.ts';

/** The app's assets as `npm run build` lays them out. */
export const ASSETS = resolve(import.meta.dirname, '../../out/assets');

/** The program of evaluators in threads. */
export const EVALUATOR = resolve(ASSETS, '../node/evaluator.cjs');

/** A real node in this process, and a person with a wallet who uses it. */
export interface TestNode {
  readonly node: LocalNode;
  readonly wallet: Wallet;
  readonly module: ModuleId;
  readonly dataDir: string;
  /** Spawns `source` on the Lua module; resolves once slot 0 has been evaluated. */
  spawn(source: string, tags?: readonly Tag[]): Promise<ProcessId>;
  /** Sends a message; resolves with its place once the SU has it. */
  send(process: ProcessId, action: string, data?: string, tags?: readonly Tag[]): Promise<{ readonly id: ItemId; readonly slot: Slot }>;
  /** Sends Eval and gives the text of the answer. @throws Error with the outcome's error. */
  evaluate(process: ProcessId, code: string): Promise<string>;
  result(process: ProcessId, slot: number): Promise<SlotOutcome>;
  /** Waits until no outbox holds anything. */
  idle(): Promise<void>;
  /** Every fact of a unit so far. */
  facts(unit: UnitName): Promise<readonly Fact[]>;
  /** Stops the node and starts it again on the same data, with other limits where some are given. */
  restart(limits?: Partial<NodeLimits>): Promise<void>;
  stopUnits(): Promise<void>;
  startUnits(limits?: Partial<NodeLimits>, network?: Partial<NetworkProfile>): Promise<void>;
  stop(): Promise<void>;
}

export interface TestNodeOptions {
  readonly limits?: Partial<NodeLimits>;
  readonly http?: boolean;
  /** As for a local node. */
  readonly evaluatorScript?: string;
  readonly network?: Partial<NetworkProfile>;
  /** How the clock begins; the computer's when absent. */
  readonly clock?: ClockStart;
  /** Whose key files the node uses; its own, in its data folder, when absent. */
  readonly walletDir?: string;
  /** Who uses it; somebody new when absent. */
  readonly wallet?: Wallet;
}

/** Starts a node in a folder of its own; both are gone when the test ends. */
export async function startNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-node-'));
  const made = await nodeIn(dataDir, options);
  onTestFinished(async () => {
    await made.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return made;
}

/** A node on the data in `dataDir`; the caller stops it. */
export async function nodeIn(dataDir: string, options: TestNodeOptions = {}): Promise<TestNode> {
  const { wallet = createWallet(), ...nodeOptions } = options;
  const open = (limits = options.limits ?? {}, network = options.network ?? {}): Promise<LocalNode> =>
    startLocalNode({ dataDir, assetsDir: ASSETS, ...nodeOptions, limits, network });
  let node = await open();
  let isStopped = false;
  const lua = buildLuaModule(join(ASSETS, 'lua'));
  const { id } = await node.ask('gateway.upload', { item: buildItem(wallet, { tags: lua.tags, data: lua.bytes }).raw });
  const module = toModuleId(id);
  await node.ask('gateway.lua', { module });
  let anchors = 0;
  const protocol = (type: string): Tag[] => [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: type },
  ];
  const anchor = (): string => String(++anchors).padStart(32, 'a');

  const made: TestNode = {
    get node() {
      return node;
    },
    wallet,
    module,
    dataDir,
    async spawn(source, tags = []) {
      const { mu, su } = node.opened;
      const spawnTags = [
        ...protocol('Process'),
        ...(tags.some(({ name }) => name === 'Module') ? [] : [{ name: 'Module', value: module }]),
        { name: 'Scheduler', value: su.address ?? '' },
        { name: 'Authority', value: mu.address ?? '' },
        { name: 'On-Boot', value: 'Data' },
        ...tags,
      ];
      const item = buildItem(wallet, { anchor: anchor(), tags: spawnTags, data: source });
      const { process } = await node.ask('mu.send', { item: item.raw });
      if (process === null) throw new Error('the spawn gave no process');
      const boot = await made.result(process, 0);
      if (boot.error !== null) throw new Error(boot.error);
      return process;
    },
    async send(process, action, data = '', tags = []) {
      const item = buildItem(wallet, {
        target: process,
        anchor: anchor(),
        tags: [{ name: 'Action', value: action }, ...tags, ...protocol('Message')],
        data,
      });
      const { id: message, slot } = await node.ask('mu.send', { item: item.raw });
      if (slot === null) throw new Error('the message got no slot');
      return { id: message, slot };
    },
    async evaluate(process, code) {
      const { slot } = await made.send(process, 'Eval', code);
      const { error, output } = await made.result(process, slot);
      if (error !== null) throw new Error(error);
      return stripVTControlCharacters(outputText(output).text);
    },
    result: (process, slot) => node.ask('cu.result', { process, slot: toSlot(slot) }),
    async idle() {
      await node.ask('mu.idle', {});
    },
    facts: async (unit) => (await node.ask(`${unit}.facts`, { after: 0, limit: 50_000 })).facts,
    async restart(limits) {
      await made.stopUnits();
      await made.startUnits(limits);
    },
    stopUnits: () => node.close(),
    async startUnits(limits, network) {
      node = await open(limits, network);
    },
    async stop() {
      if (!isStopped) await node.close();
      isStopped = true;
    },
  };
  return made;
}
