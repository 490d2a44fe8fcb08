import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { ensureModulesForTests, type ModuleForTests } from '../../build/setup/modules-for-tests.mjs';
import { toModuleId, toSlot, type ModuleId, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { WASM_FORMAT } from '../../node/cu/vm/wasm/wasm-machine.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const COUNTER_WAT = resolve(import.meta.dirname, '../../node/cu/vm/wasm/counter.wat');

const PONG = `
Handlers.add("ping", "Ping", function(m)
  Pings = (Pings or 0) + 1
  m.reply({ Action = "Pong", Data = tostring(Pings) })
end)`;

/** Uploads a module as a person publishes one (protocol §1.3). */
async function publish(to: TestNode, format: string, data: Uint8Array, more: readonly Tag[] = []): Promise<ModuleId> {
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: format },
    { name: 'Input-Encoding', value: 'JSON-1' },
    { name: 'Output-Encoding', value: 'JSON-1' },
    { name: 'Memory-Limit', value: '1-gb' },
    { name: 'Compute-Limit', value: '9000000000000' },
    { name: 'Content-Type', value: 'application/wasm' },
    ...more,
  ];
  const { id } = await to.node.ask('gateway.upload', { item: buildItem(to.wallet, { tags, data }).raw });
  return toModuleId(id);
}

function publishReal(to: TestNode, name: ModuleForTests, more: readonly Tag[] = []): Promise<ModuleId> {
  const found = modules?.[name];
  if (found === undefined) throw new Error('the modules are missing');
  return publish(to, found.format, readFileSync(found.path), more);
}

async function spawnOn(on: TestNode, module: ModuleId, tags: readonly Tag[] = [], data = ''): Promise<ProcessId> {
  const { mu, su } = on.node.opened;
  const item = buildItem(on.wallet, {
    anchor: String(performance.now()).replace('.', '').padStart(32, '0').slice(-32),
    tags: [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Variant', value: 'ao.TN.1' },
      { name: 'Type', value: 'Process' },
      { name: 'Module', value: module },
      { name: 'Scheduler', value: su.address ?? '' },
      { name: 'Authority', value: mu.address ?? '' },
      { name: 'Name', value: 'real' },
      ...tags,
    ],
    data,
  });
  const { process } = await on.node.ask('mu.send', { item: item.raw });
  if (process === null) throw new Error('the spawn gave no process');
  return process;
}

describe.skipIf(modules === undefined).each(['aos-2.0.6', 'aos-2.0.4-32'] as const)('a process on %s', (name) => {
  it('spawns, evaluates, talks with a Lua process both ways, rolls errors back, survives a restart, and replays equal', async () => {
    const node = await startNode();
    const aos = await spawnOn(node, await publishReal(node, name));
    expect((await node.result(aos, 0)).error).toBeNull();
    expect(await node.evaluate(aos, 'Count = 1 return Count + 1')).toContain('2');
    await node.evaluate(aos, PONG);
    const lua = await node.spawn(PONG);

    // From the Lua process to the aos process and back, then the other way.
    await node.evaluate(lua, `Handlers.add("pong", "Pong", function(m) Answer = m.Data end); Send({ Target = "${aos}", Action = "Ping" })`);
    await node.idle();
    expect(await node.evaluate(lua, 'return Answer')).toBe('1');
    await node.evaluate(aos, `Handlers.add("pong", "Pong", function(m) Answer = m.Data end); Send({ Target = "${lua}", Action = "Ping" })`);
    await node.idle();
    expect(await node.evaluate(aos, 'return Answer')).toContain('1');

    await expect(node.evaluate(aos, 'Count = 99; error("out of luck")')).rejects.toThrow('out of luck');
    expect(await node.evaluate(aos, 'return Count')).toMatch(/1$/);

    await node.restart();
    expect(await node.evaluate(aos, 'return Count .. " " .. Pings')).toMatch(/1 1$/);
    expect(await node.node.ask('cu.verify', { process: aos })).toMatchObject({ firstDifference: null });
  });

  it('shows its state at any slot, and what a slot changed', async () => {
    const node = await startNode();
    const aos = await spawnOn(node, await publishReal(node, name));
    await node.evaluate(aos, 'Balances = { alice = 100 }');
    const { slot } = await node.send(aos, 'Eval', 'Balances.alice = 70; Balances.bob = 30');
    await node.result(aos, slot);
    const { nodes } = await node.node.ask('cu.state', { process: aos, slot: toSlot(slot - 1), path: ['.Balances'], offset: 0, limit: 10 });
    expect(nodes.map(({ key, preview }) => [key, preview])).toEqual([['.alice', '100']]);
    const { changes } = await node.node.ask('cu.diff', { process: aos, from: toSlot(slot - 1), to: slot });
    expect(changes).toEqual(
      expect.arrayContaining([
        { path: ['.Balances', '.alice'], change: 'changed', before: '100', after: '70' },
        { path: ['.Balances', '.bob'], change: 'added', before: null, after: '30' },
      ]),
    );
    expect(await node.node.ask('cu.verify', { process: aos })).toMatchObject({ firstDifference: null });
  });

  it('is stopped by the limits of the node, and goes on from before', async () => {
    const node = await startNode({ limits: { gas: 5_000_000, memoryBytes: 96 * 1024 * 1024 } });
    const aos = await spawnOn(node, await publishReal(node, name), [{ name: 'Memory-Limit', value: '96-mb' }]);
    await node.evaluate(aos, 'Kept = "yes"');
    const { slot } = await node.send(aos, 'Eval', 'Kept = "no"; while true do pcall(function() while true do end end) end');
    expect((await node.result(aos, slot)).verdict).toEqual({ kind: 'gas', limit: 5_000_000 });
    const greedy = await node.send(aos, 'Eval', 'Kept = "no"; T = {} for i = 1, 1e9 do T[i] = string.rep("y", 100000) .. i end');
    expect((await node.result(aos, greedy.slot)).verdict).toEqual({ kind: 'memory', limit: 96 * 1024 * 1024 });
    expect(await node.evaluate(aos, 'return Kept')).toMatch(/yes$/);
    expect(await node.node.ask('cu.verify', { process: aos })).toMatchObject({ firstDifference: null });
  });
});

describe.skipIf(modules === undefined)('what a module declares', () => {
  it('a Memory-Limit of the process holds below that of the node', async () => {
    const node = await startNode();
    const aos = await spawnOn(node, await publishReal(node, 'aos-2.0.6'), [{ name: 'Memory-Limit', value: '80-mb' }]);
    const { slot } = await node.send(aos, 'Eval', 'T = {} for i = 1, 1e9 do T[i] = string.rep("y", 100000) .. i end');
    expect((await node.result(aos, slot)).verdict).toEqual({ kind: 'memory', limit: 80 * 1024 * 1024 });
  });

  it('code in the data runs at the spawn', async () => {
    const node = await startNode();
    const aos = await spawnOn(node, await publishReal(node, 'aos-2.0.6'), [{ name: 'On-Boot', value: 'Data' }], PONG);
    expect((await node.result(aos, 0)).error).toBeNull();
    const { slot } = await node.send(aos, 'Ping');
    expect((await node.result(aos, slot)).messages[0]).toMatchObject({ Data: '1' });
  });

  it.each([
    ['an extension', [{ name: 'Extension', value: 'Telepathy' }], [], 'EXTENSION_MISSING'],
    ['another encoding', [], [{ name: 'Input-Encoding', value: 'ANS-104' }], 'MODULE_ENCODING'],
  ] as const)('%s is refused with its reason', async (_what, process, module, code) => {
    const node = await startNode();
    const found = modules?.['aos-2.0.6'];
    if (found === undefined) throw new Error('the modules are missing');
    const tags = [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Module' },
      { name: 'Module-Format', value: found.format },
      ...module,
    ];
    const { id } = await node.node.ask('gateway.upload', { item: buildItem(node.wallet, { tags, data: readFileSync(found.path) }).raw });
    await expect(spawnOn(node, toModuleId(id), process)).rejects.toMatchObject({ code });
  });
});

describe('what this node lacks the resources for', () => {
  const plain = async (): Promise<Uint8Array> => {
    const { parseWat } = await wabt();
    return parseWat('counter.wat', readFileSync(COUNTER_WAT, 'utf8')).toBinary({}).buffer;
  };

  it.each([
    ['memory above the limit of the node', [{ name: 'Memory-Limit', value: '2-gb' }], 'LIMIT_DECLINED', 413],
    ['more than any metering', [{ name: 'Compute-Limit', value: '9000000000001' }], 'LIMIT_DECLINED', 413],
    ['an extension', [{ name: 'Extension', value: 'Telepathy' }], 'EXTENSION_MISSING', 422],
  ] as const)('%s is declined at the spawn, and with the reason by the compute unit', async (_what, tags, code, status) => {
    const node = await startNode({ http: true, limits: { memoryBytes: 1024 ** 3 } });
    const module = await publish(node, WASM_FORMAT, await plain());
    await expect(spawnOn(node, module, tags)).rejects.toMatchObject({ code });

    // What the scheduler took without asking anybody.
    const { cu, su } = node.node.opened;
    const item = buildItem(node.wallet, {
      tags: [
        { name: 'Data-Protocol', value: 'ao' },
        { name: 'Type', value: 'Process' },
        { name: 'Module', value: module },
        { name: 'Scheduler', value: su.address ?? '' },
        ...tags,
      ],
      data: '',
    });
    expect((await fetch(su.url ?? '', { method: 'POST', body: Buffer.from(item.bytes) })).status).toBeLessThan(300);
    const response = await fetch(`${cu.url ?? ''}/result/${item.id}?process-id=${item.id}`);
    const { error } = (await response.json()) as { readonly error: string };
    expect([response.status, error]).toEqual([status, expect.stringContaining(tags[0].name === 'Extension' ? 'Telepathy' : tags[0].name)]);
  });

  it('a format that no machine here runs is declined at the spawn', async () => {
    const node = await startNode();
    const module = await publish(node, 'wasm48-unknown-abacus', await plain());
    await expect(spawnOn(node, module)).rejects.toMatchObject({ code: 'MODULE_FORMAT_UNKNOWN' });
  });

  it.skipIf(modules === undefined)('a tag asks for nothing that the program itself can never use', async () => {
    const node = await startNode({ limits: { memoryBytes: 1024 ** 3 } });
    const aos = await spawnOn(node, await publishReal(node, 'aos-2.0.6'), [{ name: 'Memory-Limit', value: '17179869184-b' }]);
    expect((await node.result(aos, 0)).error).toBeNull();
  });
});

describe('a process in plain WebAssembly', () => {
  it('counts, rolls errors back, and has its count again after a restart', async () => {
    const node = await startNode();
    const { parseWat } = await wabt();
    const bytes = parseWat('counter.wat', readFileSync(join(COUNTER_WAT), 'utf8')).toBinary({}).buffer;
    const counter = await spawnOn(node, await publish(node, WASM_FORMAT, bytes));
    expect((await node.result(counter, 0)).output).toEqual({ data: 'counted 1' });
    const second = await node.send(counter, 'Count');
    expect(await node.result(counter, second.slot)).toMatchObject({
      output: { data: 'counted 2' },
      messages: [{ Target: 'everyone', Data: 'hello' }],
    });
    const failing = await node.send(counter, 'Count', 'trap');
    expect((await node.result(counter, failing.slot)).error).toContain('unreachable');
    await node.restart();
    const third = await node.send(counter, 'Count');
    expect((await node.result(counter, third.slot)).output).toEqual({ data: 'counted 3' });
    expect(await node.node.ask('cu.verify', { process: counter })).toMatchObject({ firstDifference: null });
  });
});
