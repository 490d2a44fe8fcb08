import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { expect, it, onTestFinished } from 'vitest';
import type { ItemId, ProcessId } from '../../node/contract/ids.ts';
import { toSlot } from '../../node/contract/ids.ts';
import { UNITS, type UnitName } from '../../node/contract/trace.ts';
import { endOf, nextHashChain } from '../../node/item/log-line.ts';
import { nodeIn, startNode, type TestNode } from '../kit/node.ts';
import { chanceOf, type Chance } from '../kit/survive/chance.ts';

const COUNTER = `count = 0
Handlers.add("inc", "Inc", function(msg) count = count + 1; ao.send({ Target = msg.From, Data = tostring(count) }) end)`;
const SEED = 11;

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-torn-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

interface Snapshot {
  readonly dir: string;
  readonly made: TestNode;
  readonly process: ProcessId;
}

/** The data of a node as a loss of power leaves it: its databases with what stands in their write-ahead files. */
async function snapshot(messages: number): Promise<Snapshot> {
  const made = await startNode();
  const process = await made.spawn(COUNTER);
  for (let n = 0; n < messages; n++) await made.send(process, 'Inc');
  await made.idle();
  await made.facts('mu');
  const dir = folder();
  cpSync(made.dataDir, dir, { recursive: true });
  await made.stop();
  return { dir, made, process };
}

/** Cuts the end off, or writes over a part of it. @returns what was done. */
function garble(file: string, chance: Chance, from: number): string {
  const bytes = readFileSync(file);
  const start = Math.floor(bytes.length * from);
  const at = start + chance.below(bytes.length - start);
  if (chance.next() < 0.5) {
    truncateSync(file, at);
    return `cut at ${at} of ${bytes.length}`;
  }
  const length = 1 + chance.below(Math.min(5_000, bytes.length - at));
  for (let n = 0; n < length; n++) bytes[at + n] = chance.below(256);
  writeFileSync(file, bytes);
  return `${length} bytes from ${at} of ${bytes.length} written over`;
}

async function copyOf({ dir, made }: Snapshot): Promise<{ readonly dir: string; open(): Promise<TestNode> }> {
  const copy = folder();
  cpSync(dir, copy, { recursive: true });
  return {
    dir: copy,
    async open() {
      const again = await nodeIn(copy, { wallet: made.wallet });
      onTestFinished(again.stop);
      return again;
    },
  };
}

/** The log is whole up to its end, its replay is what was kept, and the next message is answered by what its slot holds. */
async function goesOn(made: TestNode, process: ProcessId): Promise<number> {
  const { slotLatest } = await made.node.ask('su.process', { process });
  const { entries } = await made.node.ask('su.log', { process, from: toSlot(0), limit: 1_000 });
  expect(entries.map(({ assignment }) => Number(assignment.slot))).toEqual(Array.from({ length: slotLatest + 1 }, (_, slot) => slot));
  for (const [index, { assignment }] of entries.entries()) {
    const last = entries[index - 1]?.assignment;
    expect(assignment.hashChain).toBe(nextHashChain(process, last === undefined ? null : endOf(last)));
  }
  const { id, slot } = await made.send(process, 'Inc', `after ${slotLatest}`, [{ name: 'Again', value: String(performance.now()) }]);
  expect(slot).toBe(slotLatest + 1);
  const outcome = await made.result(process, slot);
  expect(outcome).toMatchObject({ message: id as ItemId, error: null });
  expect(outcome.messages.map(({ Data }) => Data)).toEqual([String(slot)]);
  expect(await made.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  return slotLatest;
}

it('the end of any write-ahead file may be torn: the node opens by itself, says what is gone, and goes on', async () => {
  const chance = chanceOf(SEED);
  const before = await snapshot(12);
  const said = new Map<UnitName, number>();
  for (const unit of UNITS) {
    for (let round = 0; round < 2; round++) {
      const { dir, open } = await copyOf(before);
      const file = join(dir, `${unit}.db-wal`);
      expect([file, existsSync(file)]).toEqual([file, true]);
      const what = garble(file, chance, 0.5);
      const made = await open();
      const cuts = (await made.facts(unit)).filter(({ kind }) => kind === 'store.cut');
      said.set(unit, (said.get(unit) ?? 0) + cuts.length);
      const slots = await goesOn(made, before.process);
      if (slots < 0) throw new Error(`${unit}: ${what}`);
      await made.stop();
    }
  }
  // Cut at the very edge of a page that was the last of its write, there is nothing to say; the seed has no such cut.
  expect([...said].filter(([, count]) => count === 0)).toEqual([]);
}, 180_000);

it('a database whose pages are garbled opens whole, or is refused with the way to bring it back', async () => {
  const chance = chanceOf(SEED + 1);
  const before = await snapshot(12);
  let refused = 0;
  for (const unit of ['su', 'cu', 'mu', 'gateway'] as const) {
    const { dir, open } = await copyOf(before);
    const file = join(dir, `${unit}.db`);
    // All that is known lies in the database itself, as after a checkpoint.
    const whole = new Libsql(file);
    whole.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    whole.close();
    // A loss of power leaves a write-ahead file.
    writeFileSync(`${file}-wal`, Buffer.alloc(32));
    const bytes = readFileSync(file);
    const at = 100 + chance.below(Math.floor(bytes.length / 2));
    for (let n = at; n < Math.min(bytes.length, at + 20_000); n++) bytes[n] = chance.below(256);
    writeFileSync(file, bytes);
    try {
      const made = await open();
      await goesOn(made, before.process);
      await made.stop();
    } catch (error) {
      refused++;
      expect(error).toMatchObject({ code: expect.stringMatching(/^(?:STORE|LOG)_BROKEN$/) as string });
      expect((error as { readonly cure: string }).cure).toContain('aoscope rebuild');
    }
  }
  expect(refused).toBeGreaterThan(0);
}, 180_000);
