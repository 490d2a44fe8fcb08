import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogFind } from '../../node/contract/log-find.ts';
import { writeTagBlock } from '../../node/item/tag-block.ts';
import { openDatabase, type Database } from '../../node/store/database.ts';
import { SU_SCHEMA } from '../../node/su/schedule.ts';
import { openSearch, type LogSearch } from '../../node/su/search.ts';
import { median, row } from './kit.ts';

/** The scheduler's log of 50,000 messages of the usual size, and how long the filter of the Flow pane waits for it. */
const MESSAGES = 50_000;
/** What the product promises for a text in the data, ms. */
const TEXT_MS = 300;

const RSA = { type: [1, 0], bytes: 1_024 };
const ADDRESS = 'x'.repeat(43);

/** A message with the tags that a token's transfer has, signed by nobody: searching reads no signature. */
function messageBytes(number: number): Buffer {
  const tags = writeTagBlock(
    [
      ['Action', number % 3 === 0 ? 'Transfer' : 'Credit-Notice'],
      ['Quantity', String(number % 1_000)],
      ['Recipient', ADDRESS],
      ['Data-Protocol', 'ao'],
      ['Variant', 'ao.TN.1'],
      ['Type', 'Message'],
      ['From-Process', ADDRESS],
      ['Pushed-For', ADDRESS],
      ['Reference', String(number)],
    ].map(([name = '', value = '']) => ({ name, value })),
  );
  const counts = Buffer.alloc(16);
  counts.writeUInt32LE(9, 0);
  counts.writeUInt32LE(tags.length, 8);
  const data = JSON.stringify({ from: ADDRESS, note: `the payment number ${number}`, at: number * 17, memo: 'x'.repeat(180) });
  return Buffer.concat([
    Buffer.from(RSA.type),
    randomBytes(RSA.bytes),
    Buffer.from([1]),
    randomBytes(32),
    Buffer.from([0]),
    counts,
    tags,
    Buffer.from(data),
  ]);
}

function fill(database: Database): void {
  const assignment = Buffer.alloc(1_400, 1);
  for (let number = 1; number <= MESSAGES;) {
    database.transaction(() => {
      for (let one = 0; one < 5_000; one += 1, number += 1)
        database.run(
          'INSERT INTO log (seq, process, slot, message, assignment, assignment_bytes, message_bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
          number,
          `process${number % 200}`.padEnd(43, '_'),
          Math.floor(number / 200),
          `m${number}`,
          `a${number}`,
          assignment,
          messageBytes(number),
        );
    });
  }
}

async function measured(search: LogSearch, what: string, find: LogFind): Promise<void> {
  const { signal } = new AbortController();
  const tookMs: number[] = [];
  let hits = 0;
  for (let time = 0; time < 9; time += 1) {
    const startedMs = performance.now();
    hits = 0;
    for (let after = 0; ;) {
      const part = await search.find(find, after, 100, signal);
      hits += part.found.reduce((sum, { slots }) => sum + slots.length, 0);
      after = part.readTo;
      if (after >= part.last) break;
    }
    tookMs.push(performance.now() - startedMs);
  }
  const ms = median(tookMs);
  row(
    `search of 50,000 messages for ${what}, ${hits.toLocaleString('en-US')} hits`,
    `${ms.toFixed(0)} ms`,
    `${(ms / TEXT_MS).toFixed(2)} × ${TEXT_MS} ms`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
const database = openDatabase(join(folder, 'su.db'), SU_SCHEMA, 'normal');
try {
  fill(database);
  const search = openSearch(database);
  await measured(search, 'a text of one', { kind: 'text', text: 'payment number 49999' });
  await measured(search, 'a text of all', { kind: 'text', text: 'payment' });
  await measured(search, 'a tag with its value', { kind: 'tag', name: 'Quantity', sign: '=', value: '500' });
  await measured(search, 'a tag above a number', { kind: 'tag', name: 'Quantity', sign: '>', value: '900' });
  const startedMs = performance.now();
  await search.tags(null, '', 40);
  row('counting the tags of 50,000 messages, once', `${(performance.now() - startedMs).toFixed(0)} ms`, '');
} finally {
  database.close();
  rmSync(folder, { recursive: true, force: true });
}
