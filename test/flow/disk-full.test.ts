import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { toItemId, type ItemId } from '../../node/contract/ids.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { nodeIn, type TestNode } from '../kit/node.ts';

const DISK_MIB = 12;
const SKIPPED = 'skipped: no small disk can be mounted here';

/** A disk that is small. @returns null where this machine does not let us make one: that takes Linux, root and the right to mount. */
function smallDisk(): { readonly path: string; fill(): void; makeRoom(): void; remove(): void } | null {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return null;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill() {
      const file = openSync(ballast, 'a');
      try {
        for (const part of [Buffer.alloc(64 * 1024), Buffer.alloc(512)]) for (;;) if (writeSync(file, part) < part.length) break;
      } catch {
        // No room is left.
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    remove() {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true });
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly cure: string;
}
const FULL = { status: 507, code: 'DISK_FULL', cure: expect.stringContaining('Make room') as string };

async function post(url: string, { bytes }: SignedItem): Promise<Refusal | null> {
  const response = await fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
  const body = (await response.json()) as { readonly code: string; readonly cure: string };
  return response.ok ? null : { status: response.status, code: body.code, cure: body.cure };
}

/** A node whose `unit` keeps its data on that disk, and all others elsewhere. */
async function nodeOn(disk: string, unit: UnitName): Promise<{ readonly made: TestNode; remove(): void }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-full-'));
  mkdirSync(join(disk, 'data'), { recursive: true });
  symlinkSync(join(disk, 'data', `${unit}.db`), join(dataDir, `${unit}.db`));
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    return { made: await nodeIn(dataDir, { http: true }), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

it.each(['gateway', 'su', 'cu', 'mu'] as const)(
  'a full disk under the %s is told with its cure, nothing acknowledged is lost, and all goes on when there is room again',
  async (unit) => {
    const disk = smallDisk();
    if (disk === null) return console.log(SKIPPED);
    const { made, remove } = await nodeOn(disk.path, unit);
    onTestFinished(async () => {
      await made.stop();
      remove();
      disk.remove();
    });
    const { mu = '', gateway = '', cu = '' } = made.node.urls as Readonly<Record<string, string>>;
    const process = await made.spawn(
      'n = 0; Handlers.add("inc", "Inc", function(msg) n = n + 1; ao.send({ Target = msg.From, Data = tostring(n) }) end)',
    );
    let anchors = 0;
    const acknowledged: ItemId[] = [];
    const uploaded: ItemId[] = [];
    const anchor = (): string => String(++anchors).padStart(32, 'd');
    const tags = ['Data-Protocol', 'ao', 'Variant', 'ao.TN.1', 'Type', 'Message', 'Action', 'Inc'];
    const pairs = tags.flatMap((name, at) => (at % 2 === 0 ? [{ name, value: tags[at + 1] ?? '' }] : []));
    const send = async (): Promise<Refusal | null> => {
      const item = buildItem(made.wallet, { target: process, anchor: anchor(), tags: pairs, data: 'x'.repeat(4_000) });
      const refusal = await post(mu, item);
      if (refusal === null) acknowledged.push(item.id);
      return refusal;
    };
    const upload = async (): Promise<Refusal | null> => {
      const item = buildItem(made.wallet, { anchor: anchor(), tags: [], data: 'y'.repeat(4_000) });
      const refusal = await post(`${gateway}/tx`, item);
      if (refusal === null) uploaded.push(item.id);
      return refusal;
    };
    const results = async (): Promise<Refusal | null> => {
      const response = await fetch(`${cu}/results/${process}?limit=1000`);
      const { code, cure } = (await response.json()) as Refusal;
      return response.ok ? null : { status: response.status, code, cure };
    };
    await send();
    await made.idle();

    disk.fill();
    const refusals: Refusal[] = [];
    for (let times = 0; times < 25; times++)
      for (const attempt of [send, upload, results]) {
        const refusal = await attempt();
        if (refusal !== null) refusals.push(refusal);
      }
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals).toEqual(refusals.map(() => FULL));

    disk.makeRoom();
    for (const attempt of [send, upload, results]) await expect.poll(attempt, { timeout: 30_000 }).toBeNull();
    await made.idle();
    await made.restart();
    for (const id of acknowledged) {
      const { assignment } = await made.node.ask('su.find', { process, id });
      expect((await made.result(process, assignment.slot)).error).toBeNull();
    }
    const { slotLatest } = await made.node.ask('su.process', { process });
    expect(await made.evaluate(process, 'return n')).toBe(String(slotLatest));
    for (const id of uploaded) expect((await made.node.ask('gateway.item', { id: toItemId(id) })).id).toBe(id);
    expect(await made.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
    // What was pushed came once.
    const pushed = (await made.facts('mu')).flatMap((fact) =>
      fact.kind === 'mu.pushed' ? [`${fact.cause.slot} ${fact.cause.index}`] : [],
    );
    expect(new Set(pushed).size).toBe(slotLatest);
  },
  180_000,
);

it('a node that finds no room for its data says so at the start, and starts when there is some', async () => {
  const disk = smallDisk();
  if (disk === null) return console.log(SKIPPED);
  onTestFinished(disk.remove);
  disk.fill();
  await expect(nodeOn(disk.path, 'su')).rejects.toMatchObject({ code: 'DISK_FULL' });
  disk.makeRoom();
  const { made, remove } = await nodeOn(disk.path, 'su');
  const process = await made.spawn('n = 7');
  expect(await made.evaluate(process, 'return n')).toBe('7');
  await made.stop();
  remove();
}, 60_000);
