import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { toProcessId, toSlot, type ItemId, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { TERMINAL_MODULE } from '../../node/contract/network.ts';
import { buildItem } from '../../node/item/build.ts';
import { arweaveAt, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
let anchors = 0;

function tagsOf(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([name, value]) => ({ name, value }));
}

async function upload(on: TestNode, tags: Readonly<Record<string, string>>, data: string): Promise<ItemId> {
  const anchor = String(++anchors).padStart(32, 'u');
  return (await on.node.ask('gateway.upload', { item: buildItem(on.wallet, { anchor, tags: tagsOf(tags), data }).raw })).id;
}

async function spawnOn(on: TestNode, module: string, tags: Readonly<Record<string, string>>): Promise<ProcessId> {
  const { su, mu } = on.node.opened;
  const all = {
    'Data-Protocol': 'ao',
    Variant: 'ao.TN.1',
    Type: 'Process',
    Module: module,
    Scheduler: su.address ?? '',
    Authority: mu.address ?? '',
  };
  const anchor = String(++anchors).padStart(32, 'p');
  const { id } = await on.node.ask('mu.send', {
    item: buildItem(on.wallet, { anchor, tags: tagsOf({ ...all, ...tags }), data: 'Own = "own data"' }).raw,
  });
  return toProcessId(id);
}

/** A node with the real aos 2.0.6. */
async function withAos(http = false): Promise<TestNode> {
  const on = await startNode({ http });
  await on.node.ask('gateway.known', { data: readFileSync(modules?.['aos-2.0.6'].path ?? '').toString('base64url') });
  return on;
}

const read = (path: string): string => `local f = io.open("${path}") local all = f:read(f:seek("end")) f:close() return all`;

async function verifies(on: TestNode, process: ProcessId): Promise<void> {
  const { firstDifference } = await on.node.ask('cu.verify', { process });
  expect(firstDifference).toBeNull();
}

it.each([['lua'], ...(modules === undefined ? [] : [['aos 2.0.6']])])('On-Boot by the id of an item, on %s', async (on) => {
  const node = on === 'lua' ? await startNode() : await withAos();
  const module = on === 'lua' ? node.module : TERMINAL_MODULE;
  const boot = await upload(node, { 'Content-Type': 'text/x-lua' }, 'Booted = (Booted or 0) + 1 Owner = Owner');
  const process = await spawnOn(node, module, { 'On-Boot': boot });
  expect((await node.result(process, 0)).error).toBeNull();
  expect(await node.evaluate(process, 'return tostring(Booted) .. " " .. tostring(Own)')).toContain('1 nil');
  const { hash } = await node.node.ask('cu.stateHash', { process, slot: toSlot(1) });
  await node.stopUnits();
  rmSync(join(node.dataDir, 'cu.db'));
  await node.startUnits();
  expect(await node.evaluate(process, 'return Booted')).toContain('1');
  expect((await node.node.ask('cu.stateHash', { process, slot: toSlot(1) })).hash).toBe(hash);
  await verifies(node, process);
});

it('a process is not spawned where the item that it boots from is nowhere', async () => {
  const node = await startNode();
  await expect(spawnOn(node, node.module, { 'On-Boot': 'N'.repeat(43) })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
});

describe.skipIf(modules === undefined)('aos 2.0.6 reads the weave', () => {
  it('by Assignments: what was attested by the scheduler or an attestor, and nothing else', async () => {
    const node = await withAos();
    const data = await upload(node, {}, 'words of the weave');
    const process = await spawnOn(node, TERMINAL_MODULE, { Extension: 'WeaveDrive', Attestor: node.wallet.address });
    await expect(node.evaluate(process, read(`/data/${data}`))).rejects.toThrow('HALT: FILE NOT FOUND');
    // Only an attestor's word counts, and "available" is none here.
    await upload(node, { 'Data-Protocol': 'WeaveDrive', Type: 'Available', ID: data }, '');
    await expect(node.evaluate(process, read(`/data/${data}`))).rejects.toThrow('HALT: FILE NOT FOUND');
    await upload(node, { 'Data-Protocol': 'ao', Type: 'Attestation', Message: data }, '');
    await node.evaluate(process, 'Count = 1');
    expect(await node.evaluate(process, read(`/data/${data}`))).toContain('words of the weave');
    expect(
      await node.evaluate(process, `local f = io.open("/data/${data}") f:seek("set", 6) return f:read(2) .. "|" .. f:read(4)`),
    ).toContain('of| the');
    await verifies(node, process);
    // What was refused stays refused, although it would be given now, and although everything is computed again.
    await node.stopUnits();
    rmSync(join(node.dataDir, 'cu.db'));
    await node.startUnits();
    expect((await node.result(process, 1)).error).toBe('HALT: FILE NOT FOUND');
    await verifies(node, process);
    // What is not attested says so, and the state of before stays.
    const other = await upload(node, {}, 'secret');
    await expect(node.evaluate(process, `Count = 2 ${read(`/data/${other}`)}`)).rejects.toThrow('HALT: FILE NOT FOUND');
    expect(await node.evaluate(process, 'return Count')).toContain('1');
  });

  it('by Individual: also what an attestor says is available', async () => {
    const node = await withAos();
    const data = await upload(node, {}, 'for one');
    await upload(node, { 'Data-Protocol': 'WeaveDrive', Type: 'Available', ID: data }, '');
    const tags = { Extension: 'WeaveDrive', 'Availability-Type': 'Individual' };
    const process = await spawnOn(node, TERMINAL_MODULE, { ...tags, Attestor: node.wallet.address });
    expect(await node.evaluate(process, read(`/data/${data}`))).toContain('for one');
    const stranger = await spawnOn(node, TERMINAL_MODULE, tags);
    await expect(node.evaluate(stranger, read(`/data/${data}`))).rejects.toThrow('HALT: FILE NOT FOUND');
    const asked = await node.node.ask('cu.dryRun', {
      process,
      message: { owner: node.wallet.address, tags: [{ name: 'Action', value: 'Eval' }], data: read(`/data/${data}`) },
    });
    expect(JSON.stringify(asked.output)).toContain('for one');
  });

  it.each([
    ['Library', 'does not support Library attestations yet'],
    ['Everything', 'Unsupported WeaveDrive mode: Everything'],
  ])('by %s it ends in the words of the extension', async (mode, words) => {
    const node = await withAos();
    const data = await upload(node, {}, 'x');
    const process = await spawnOn(node, TERMINAL_MODULE, { Extension: 'WeaveDrive', 'Availability-Type': mode });
    await expect(node.evaluate(process, read(`/data/${data}`))).rejects.toThrow(words);
  });

  it('headers of blocks and of transactions', async () => {
    const node = await withAos(true);
    const arweave = arweaveAt(node.node.urls.gateway ?? '');
    const key = await arweave.wallets.generate();
    const address = await arweave.wallets.jwkToAddress(key);
    await fetch(`${node.node.urls.gateway ?? ''}/mint/${address}/1000000000000`);
    const transaction = await signedTransaction(arweave, key, Buffer.from('posted'), { Kind: 'test' });
    expect((await arweave.transactions.post(transaction)).status).toBe(200);
    const process = await spawnOn(node, TERMINAL_MODULE, { Extension: 'WeaveDrive' });
    const json = await node.evaluate(
      process,
      `return require("json").decode((function() ${read(`/tx/${transaction.id}`)} end)()).ownerAddress`,
    );
    expect(json).toContain(address);
    const { assignment } = await node.node.ask('su.process', { process });
    const block = await node.evaluate(process, read(`/block/${assignment.blockHeight}`));
    expect(block).toContain(`"height":${assignment.blockHeight}`);
    await expect(node.evaluate(process, read(`/block/${assignment.blockHeight + 1_000_000}`))).rejects.toThrow('HALT');
    await verifies(node, process);
  });

  it('without the extension a file is not there', async () => {
    const node = await startNode();
    const process = await node.spawn('Count = 1');
    expect(await node.evaluate(process, 'return tostring(io)')).toBe('nil');
  });
});
