import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import type { Tag } from '../../node/contract/item.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const hasRoom = totalmem() >= 8 * 1024 ** 3;
if (!hasRoom) process.stdout.write('MISSING: 8 GiB of memory. The tests of large processes do NOT run.\n');

async function spawnOn(node: TestNode, format: string, data: Uint8Array, memory: string): Promise<ReturnType<TestNode['spawn']>> {
  const tags: Tag[] = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: format },
  ];
  const { id } = await node.node.ask('gateway.upload', { item: buildItem(node.wallet, { tags, data }).raw });
  return node.spawn('', [
    { name: 'Module', value: id },
    { name: 'Memory-Limit', value: memory },
  ]);
}

describe.skipIf(!hasRoom)('a process with a large memory', () => {
  it.skipIf(modules === undefined)(
    'keeps more than 512 MiB on aos, over a restart',
    async () => {
      const found = modules?.['aos-2.0.1'];
      if (found === undefined) throw new Error('the modules are missing');
      const node = await startNode();
      const aos = await spawnOn(node, found.format, readFileSync(found.path), '1-gb');
      await node.evaluate(aos, 'Big = {} for i = 1, 53 do Big[i] = string.rep(string.char(64 + i % 26), 10 * 1024 * 1024) end');
      const { slot } = await node.send(aos, 'Eval', 'return #Big .. Big[53]:sub(-1)');
      expect((await node.result(aos, slot)).memoryBytes).toBeGreaterThan(530 * 1024 ** 2);
      await node.restart();
      expect(await node.evaluate(aos, 'return #Big .. Big[53]:sub(-1)')).toMatch(/53A$/);
      expect(await node.node.ask('cu.verify', { process: aos })).toMatchObject({ firstDifference: null });
    },
    240_000,
  );
});
