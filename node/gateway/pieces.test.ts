import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../store/database.ts';
import { createWallet } from '../item/wallet.ts';
import { dataOf } from './arweave.fixture.ts';
import { signed, startTestGateway } from './gateway.fixture.ts';
import { createPieces, PIECES_TABLE } from './pieces.ts';
import { GATEWAY_SCHEMA } from './shelf.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aoscope-pieces-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('any part of an upload can be read, whatever its size and wherever its pieces end', () => {
  const database = openDatabase(join(folder, 'pieces.db'), [PIECES_TABLE], 'normal');
  const pieces = createPieces(database);
  const sizes = [0, 1, 262_143, 262_144, 262_145, 700_000];
  for (const size of sizes) {
    const [upload, bytes] = [pieces.next(), dataOf(size, size)];
    pieces.put(upload, bytes);
    for (const [start, length] of [
      [0, size],
      [0, 1],
      [size - 1, 1],
      [262_140, 10],
      [262_144, 5],
      [100, 600_000],
      [524_280, 20],
    ] as const) {
      if (start < 0 || start + length > size) continue;
      expect(Buffer.from(pieces.read(upload, start, length)).equals(bytes.subarray(start, start + length))).toBe(true);
    }
  }
  expect(pieces.next()).toBe(sizes.length + 1);
  database.close();
});

test('a database with whole uploads is brought up to date, and nothing in it changes', async () => {
  const wallet = createWallet();
  const items = [signed(wallet, { Old: '1' }, 'small'), signed(wallet, { Old: '2' }, dataOf(600_000))];
  const database = openDatabase(join(folder, 'gateway.db'), GATEWAY_SCHEMA.slice(0, 1), 'full');
  database.run("INSERT INTO chain (genesis_seconds, seed) VALUES (1700000000, 'seed')");
  for (const [index, { bytes, id }] of items.entries()) {
    database.run('INSERT INTO uploads (upload, bytes) VALUES (?, ?)', index + 1, Buffer.from(bytes));
    database.run(
      "INSERT INTO items (seq, id, address, target, height, upload, start, size, data_bytes) VALUES (?, ?, ?, '', 1500000, ?, 0, ?, ?)",
      index + 1,
      id,
      wallet.address,
      index + 1,
      bytes.length,
      index === 0 ? 5 : 600_000,
    );
  }
  database.close();
  const gateway = await startTestGateway(folder);
  expect(await (await fetch(`${gateway.url}/${items[0]?.id}`)).text()).toBe('small');
  const large = Buffer.from(await (await fetch(`${gateway.url}/${items[1]?.id}`)).arrayBuffer());
  expect(large.equals(dataOf(600_000))).toBe(true);
  const fresh = signed(wallet, { New: '1' }, 'new');
  await gateway.handlers['gateway.upload']({ item: fresh.raw }, new AbortController().signal);
  expect(await (await fetch(`${gateway.url}/${fresh.id}`)).text()).toBe('new');
  expect(await (await fetch(`${gateway.url}/${items[0]?.id}`)).text()).toBe('small');
  await gateway.end();
});
