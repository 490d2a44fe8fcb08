import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { buildItem } from '../../node/item/build.ts';
import { startNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const GIB = 1024 ** 3;
const hasRoom = totalmem() >= 8 * GIB;
if (!hasRoom) process.stdout.write('SKIPPED: 8 GiB of memory for a process of more than 512 MiB.\n');

describe.skipIf(!hasRoom || modules === undefined)('a module that declares more than the usual 512 MiB', () => {
  it('gets it, keeps it over a restart, and replays equal', { timeout: 480_000 }, async () => {
    const { format, path } = modules?.['aos-2.0.1'] ?? { format: '', path: '' };
    const node = await startNode({ limits: { memoryBytes: GIB } });
    const tags = [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Module' },
      { name: 'Module-Format', value: format },
      { name: 'Memory-Limit', value: '1-gb' },
    ];
    const { id } = await node.node.ask('gateway.upload', { item: buildItem(node.wallet, { tags, data: readFileSync(path) }).raw });
    const aos = await node.spawn('', [{ name: 'Module', value: id }]);
    const grow = await node.send(
      aos,
      'Eval',
      'Big = {} for i = 1, 54 do Big[i] = string.rep(string.char(64 + i % 26), 10 * 1024 * 1024) end',
    );
    expect(await node.result(aos, grow.slot)).toMatchObject({ error: null });
    expect((await node.result(aos, grow.slot)).memoryBytes).toBeGreaterThan(GIB / 2);
    await node.restart();
    expect(await node.evaluate(aos, 'return #Big .. Big[54]:sub(-2)')).toMatch(/54BB$/);
    expect(await node.node.ask('cu.verify', { process: aos })).toMatchObject({ firstDifference: null });
  });
});
