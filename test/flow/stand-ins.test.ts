import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { toItemId, toProcessId, toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { tagValue, type Tag } from '../../node/contract/item.ts';
import { TERMINAL_MODULE } from '../../node/contract/network.ts';
import { standInsOf } from '../../node/contract/stand-ins.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
let anchors = 0;

/** Spawns on a module by its id, as a client of the network does. */
async function spawnOn(on: TestNode, module: string, data = 'Count = 0'): Promise<ProcessId> {
  const tags: Tag[] = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: module },
    { name: 'Scheduler', value: on.node.opened.su.address ?? '' },
    { name: 'Authority', value: on.node.opened.mu.address ?? '' },
    { name: 'On-Boot', value: 'Data' },
  ];
  const { id } = await on.node.ask('mu.send', {
    item: buildItem(on.wallet, { anchor: String(++anchors).padStart(32, 's'), tags, data }).raw,
  });
  return toProcessId(id);
}

async function graphql(on: TestNode, id: string): Promise<{ id: string; tags: Tag[] }[]> {
  const answer = await fetch(`${on.node.urls.gateway ?? ''}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      query: 'query ($ids: [ID!]!) { transactions(ids: $ids) { edges { node { id tags { name value } } } } }',
      variables: { ids: [id] },
    }),
  });
  const body = (await answer.json()) as { data: { transactions: { edges: { node: { id: string; tags: Tag[] } }[] } } };
  return body.data.transactions.edges.map(({ node }) => node);
}

async function standIn(on: TestNode, process: ProcessId): Promise<string | null> {
  const { assignment } = await on.node.ask('su.process', { process });
  return standInsOf(assignment).module;
}

it("the terminal's own module, absent, is answered for openly by the Lua module, and processes run on that", async () => {
  const on = await startNode({ http: true });
  const [node] = await graphql(on, TERMINAL_MODULE);
  expect(node?.id).toBe(TERMINAL_MODULE);
  expect(tagValue(node?.tags ?? [], 'Stands-In')).toBe(on.module);
  expect(tagValue(node?.tags ?? [], 'Type')).toBe('Module');
  const raw = await fetch(`${on.node.urls.gateway ?? ''}/raw/${TERMINAL_MODULE}`);
  expect([raw.status, raw.headers.get('Stands-In')]).toEqual([200, on.module]);
  expect(await raw.text()).toContain('boot.lua');

  const process = await spawnOn(on, TERMINAL_MODULE);
  expect((await on.result(process, 0)).error).toBeNull();
  expect(await on.evaluate(process, 'return _VERSION')).toBe('Lua 5.4');
  expect(await standIn(on, process)).toBe(on.module);
  expect(await graphql(on, 'Z'.repeat(43))).toEqual([]);
  // What was not stood in for says nothing of it.
  expect(await standIn(on, await on.spawn('x = 1'))).toBeNull();
});

it('without an alias a module that is nowhere is refused at the spawn', async () => {
  const on = await startNode({ network: { modules: {} } });
  await expect(spawnOn(on, TERMINAL_MODULE)).rejects.toMatchObject({ code: 'MODULE_UNKNOWN' });
});

it('what stood in at the spawn stays, whatever aoscope.json says later and although the memory is rebuilt', async () => {
  const on = await startNode();
  const process = await spawnOn(on, TERMINAL_MODULE);
  await on.evaluate(process, 'Count = 41');
  const { hash } = await on.node.ask('cu.stateHash', { process, slot: toSlot(1) });
  await on.stopUnits();
  rmSync(join(on.dataDir, 'cu.db'));
  await on.startUnits({}, { modules: {} });
  expect(await on.evaluate(process, 'return Count + 1')).toBe('42');
  expect((await on.node.ask('cu.stateHash', { process, slot: toSlot(1) })).hash).toBe(hash);
  expect((await on.node.ask('cu.verify', { process })).firstDifference).toBeNull();
});

describe.skipIf(modules === undefined)('the real module', () => {
  it('wins where it is there at the spawn; a process from before stays on its stand-in', async () => {
    const on = await startNode({ http: true });
    const before = await spawnOn(on, TERMINAL_MODULE);
    const bytes = readFileSync(modules?.['aos-2.0.6'].path ?? '');
    expect(await on.node.ask('gateway.known', { data: bytes.toString('base64url') })).toEqual({ module: TERMINAL_MODULE });
    const [node] = await graphql(on, TERMINAL_MODULE);
    expect(tagValue(node?.tags ?? [], 'Stands-In')).toBeNull();
    expect(tagValue(node?.tags ?? [], 'Known-By')).toContain('SHA-256 0fbcfb85');
    const after = await spawnOn(on, TERMINAL_MODULE);
    expect(await on.evaluate(after, 'return _VERSION')).toBe('Lua 5.3');
    expect(await on.evaluate(before, 'return _VERSION')).toBe('Lua 5.4');
    await on.restart();
    expect(await on.evaluate(before, 'return _VERSION')).toBe('Lua 5.4');
    expect(await on.evaluate(after, 'return _VERSION')).toBe('Lua 5.3');
    expect((await on.node.ask('gateway.item', { id: toItemId(TERMINAL_MODULE) })).dataBytes).toBe(bytes.length);
  });

  it('is taken by its content only', async () => {
    const on = await startNode();
    const changed = readFileSync(modules?.['aos-2.0.6'].path ?? '');
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(on.node.ask('gateway.known', { data: changed.toString('base64url') })).rejects.toMatchObject({ code: 'MODULE_NOT_KNOWN' });
  });
});
