import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { toProcessId } from '../contract/ids.ts';
import { NO_STAND_INS } from '../contract/stand-ins.ts';
import { buildItem, type SignedItem } from '../item/build.ts';
import { endOf, type LogEnd } from '../item/log-line.ts';
import { trustItem } from '../item/parse.ts';
import { createWallet } from '../item/wallet.ts';
import { openDatabase } from '../store/database.ts';
import { bundleOf, readLine, type LogLine } from './bundle.ts';
import { openSchedule, SU_SCHEMA, type Schedule } from './schedule.ts';
import { nextAssignment, readAssignment } from './slot.ts';
import { takeLines } from './take.ts';

const person = createWallet();
const scheduler = createWallet();
const carrier = createWallet();
const START_MS = 1_700_000_000_000;
const SPAWN = buildItem(person, {
  tags: [
    { name: 'Type', value: 'Process' },
    { name: 'Scheduler', value: scheduler.address },
  ],
  data: '',
});
const PROCESS = toProcessId(SPAWN.id);

function openLog(): Schedule {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-take-'));
  const database = openDatabase(join(dir, 'su.db'), SU_SCHEMA, 'normal');
  onTestFinished(() => {
    database.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return openSchedule(database);
}

/** A line of the scheduler as it signs them, at a time of its own. */
function lineFor(message: SignedItem, end: LogEnd | null, atMs: number): LogLine {
  const request = { process: PROCESS, message: message.id, exclude: [], standIns: NO_STAND_INS, nowMs: START_MS, blockHeight: 1 };
  const { tags, anchor } = nextAssignment(request, end, scheduler).assignment;
  const { bytes } = buildItem(scheduler, {
    anchor,
    tags: tags.map((tag) => (tag.name === 'Timestamp' ? { ...tag, value: String(atMs) } : tag)),
    data: '',
  });
  return { seq: 0, assignment: readAssignment(bytes), assignmentBytes: bytes, messageBytes: message.bytes, request: null, limits: null };
}

function take(lines: readonly LogLine[]): { readonly slots: number } {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const taken = lines.map(({ assignmentBytes, messageBytes }) => ({
    assignment: base64(assignmentBytes),
    message: messageBytes === null ? null : base64(messageBytes),
  }));
  return takeLines({ process: PROCESS, lines: taken }, { schedule: openLog(), scheduler: scheduler.address, record: () => undefined });
}

async function readBack(line: LogLine): Promise<LogLine> {
  const outer = bundleOf(line, carrier);
  const item = trustItem(outer.bytes);
  return readLine(item, outer.bytes.subarray(outer.bytes.length - item.dataBytes), scheduler.address, 1_000_000);
}

it.each([
  ['a message of somebody', buildItem(person, { target: PROCESS, tags: [{ name: 'Type', value: 'Message' }], data: 'mine' })],
  ['another process that is sent to it', buildItem(person, { target: PROCESS, tags: [{ name: 'Type', value: 'Process' }], data: 'mine' })],
])('%s is not taken for the process in slot 0, though its scheduler assigned it', async (_, message) => {
  const forged = lineFor(message, null, START_MS);
  expect(() => take([forged])).toThrow(expect.objectContaining({ code: 'HOME_GAP' }));
  await expect(readBack(forged)).rejects.toMatchObject({ code: 'BUNDLE_BROKEN' });
  const real = lineFor(SPAWN, null, START_MS);
  expect(take([real])).toEqual({ slots: 1 });
  expect((await readBack(real)).assignment.id).toBe(real.assignment.id);
});

it('what its id is of, and no process, begins no log', async () => {
  const message = buildItem(person, { target: '', tags: [{ name: 'Type', value: 'Message' }], data: 'no process' });
  const process = toProcessId(message.id);
  const request = { process, message: message.id, exclude: [], standIns: NO_STAND_INS, nowMs: START_MS, blockHeight: 1 };
  const signed = nextAssignment(request, null, scheduler);
  await expect(readBack({ ...signed, seq: 0, messageBytes: message.bytes, request: null, limits: null })).rejects.toMatchObject({
    code: 'BUNDLE_BROKEN',
  });
});

it('slots of one millisecond follow each other, an earlier one does not', () => {
  const first = lineFor(SPAWN, null, START_MS);
  const message = buildItem(person, { target: PROCESS, tags: [{ name: 'Type', value: 'Message' }], data: '' });
  const after = (atMs: number): LogLine => lineFor(message, endOf(first.assignment), atMs);
  expect(take([first, after(START_MS)])).toEqual({ slots: 2 });
  expect(() => take([first, after(START_MS - 1)])).toThrow('its time is earlier');
});
