import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { nodeClock } from '../../node/contract/clock.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { KeyframeInfo, TimelineEntry } from '../../node/contract/timeline.ts';
import { outcomeHash } from '../../node/cu/outcome.ts';
import { CU_SCHEMA } from '../../node/cu/timeline/memory.ts';
import { SU_SCHEMA } from '../../node/su/schedule.ts';
import { openDatabase, type Database } from '../../node/store/database.ts';
import { EVALUATOR, startNode, type TestNode } from '../kit/node.ts';

/** Every slot changes a little of a memory that is not small. */
const LEDGER = `
Balances = {}
for i = 1, 2000 do Balances["wallet" .. i] = i end
Handlers.add("pay", "Pay", function(msg)
  local n = tonumber(msg.Data)
  assert(n > 0, "nothing to pay")
  Balances["wallet" .. n % 2000] = n
  for i = 1, 20000 do local _ = i % 3 end
  msg.reply({ Data = tostring(n) })
end)`;

async function timelineOf(node: TestNode, process: ProcessId, limit = 100): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (let from: number | null = 0; from !== null;) {
    const page: Awaited<ReturnType<typeof ask>> = await ask(from);
    entries.push(...page.entries);
    from = page.next;
  }
  return entries;
  function ask(from: number) {
    return node.node.ask('cu.timeline', { process, from: toSlot(from), limit });
  }
}

async function pay(node: TestNode, process: ProcessId, count: number): Promise<number> {
  let last = 0;
  for (let n = 1; n <= count; n++) last = (await node.send(process, 'Pay', String(n))).slot;
  await node.result(process, last);
  return last;
}

/** Pays until memory has been kept, which on a fast machine takes longer. */
async function payUntilKept(node: TestNode, process: ProcessId, keyframes: number): Promise<number> {
  for (let rounds = 0; rounds < 60; rounds++) {
    const last = await pay(node, process, 40);
    if ((await timelineOf(node, process)).filter(({ keyframe }) => keyframe !== null).length >= keyframes) return last;
  }
  throw new Error('no memory was kept');
}

/** Changes what the compute unit keeps, behind its back. */
async function tamper(node: TestNode, work: (database: Database) => void): Promise<void> {
  await node.stopUnits();
  const database = openDatabase(join(node.dataDir, 'cu.db'), CU_SCHEMA, 'full');
  work(database);
  database.close();
  await node.startUnits();
}

const hashOf = async (node: TestNode, process: ProcessId, slot: number): Promise<string> =>
  (await node.node.ask('cu.stateHash', { process, slot: toSlot(slot) })).hash;

describe('the timeline', () => {
  it('shows every slot with its cost, and keyframes whose state hash is that of any other way to the slot', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    await pay(node, process, 60);
    await node.send(process, 'Pay', '0');
    const last = await pay(node, process, 3);
    const entries = await timelineOf(node, process, 7);
    expect(entries.map(({ slot }) => Number(slot))).toEqual(Array.from({ length: last + 1 }, (_, slot) => slot));
    for (const entry of entries) {
      const outcome = await node.result(process, entry.slot);
      expect(entry).toMatchObject({ message: outcome.message, hash: outcome.hash, gasUsed: outcome.gasUsed, tick: null, cron: null });
      expect(entry).toMatchObject({ isError: outcome.error !== null, messages: outcome.messages.length, verdict: null });
      expect(entry.memoryBytes).toBeGreaterThan(0);
    }
    expect(entries.filter(({ isError }) => isError).map(({ slot }) => Number(slot))).toEqual([61]);
    const kept = entries.flatMap(({ keyframe }) => (keyframe === null ? [] : [keyframe]));
    // One stands at the slot that failed.
    expect(kept.map(({ slot }) => Number(slot))).toContain(61);
    expect(kept[0]?.isFull).toBe(true);
    const { engine } = await node.node.ask('cu.timeline', { process, from: toSlot(0), limit: 1 });
    await node.stopUnits();
    for (const end of ['', '-wal', '-shm']) rmSync(join(node.dataDir, `cu.db${end}`), { force: true });
    await node.startUnits();
    for (const keyframe of kept.toReversed()) {
      expect(keyframe.engine).toBe(engine);
      expect(keyframe.bytes).toBeGreaterThan(0);
      expect(await hashOf(node, process, keyframe.slot)).toBe(keyframe.hash);
    }
  });

  it('has dry runs beside it, with what they gave and cost, and is not changed by them', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    const last = await pay(node, process, 4);
    const before = await timelineOf(node, process);
    const tried = async (slot: number, data: string) =>
      node.node.ask('cu.dryRun', {
        process,
        slot: toSlot(slot),
        message: { owner: node.wallet.address, tags: [{ name: 'Action', value: 'Pay' }], data },
      });
    const { gasUsed, messages } = await tried(2, '7');
    expect(messages).toMatchObject([{ Data: '7' }]);
    await tried(2, '7');
    await tried(2, '-1');
    await tried(last, '9');
    const page = await node.node.ask('cu.timeline', { process, from: toSlot(0), limit: 100 });
    expect(page.entries).toEqual(before);
    expect(page.dryRuns).toMatchObject([
      { slot: 2, times: 2, action: 'Pay', from: node.wallet.address, isError: false, gasUsed, messages: 1 },
      { slot: 2, times: 1, isError: true, messages: 0 },
      { slot: last, times: 1, isError: false },
    ]);
    for (const { memoryBytes, durationMs } of page.dryRuns) expect([memoryBytes > 0, durationMs > 0]).toEqual([true, true]);
    expect(new Set(page.dryRuns.map(({ hash }) => hash)).size).toBe(3);
    const early = await node.node.ask('cu.timeline', { process, from: toSlot(0), limit: 2 });
    expect(early.dryRuns).toEqual([]);
    await node.restart();
    expect((await node.node.ask('cu.timeline', { process, from: toSlot(0), limit: 100 })).dryRuns).toEqual(page.dryRuns);
    expect(await node.node.ask('cu.verify', { process })).toMatchObject({ difference: null, slots: last + 1 });
  });

  it('has cron messages in their places, and the state after each of them', async () => {
    const node = await startNode({ clock: { startMs: Date.parse('2030-01-01T00:00:00Z'), rate: null } });
    const clock = nodeClock((name, args) => node.node.ask(name, args));
    const tags = [
      { name: 'Cron-Interval', value: '10-seconds' },
      { name: 'Cron-Tag-Action', value: 'Tick' },
    ];
    const source = `Count = 0
Handlers.add("tick", "Tick", function() Count = Count + 1; if Count == 2 and not Failed then Failed = nil; end end)
Handlers.add("double", "Double", function() Count = Count * 100 end)`;
    const process = await node.spawn(source, tags);
    await clock.step(35);
    const { slot } = await node.send(process, 'Double');
    await node.result(process, slot);
    await clock.step(10);
    const entries = await timelineOf(node, process);
    expect(entries.map((entry) => [Number(entry.slot), entry.tick])).toEqual([
      [0, null],
      [1, 0],
      [1, 1],
      [1, 2],
      [1, null],
      [2, 0],
    ]);
    expect(entries[1]).toMatchObject({ cron: '0-10-seconds', message: null });
    const count = async (at: { readonly slot: number; readonly tick: number | null }): Promise<string | undefined> => {
      const place = { process, slot: toSlot(at.slot), tick: at.tick };
      const { nodes } = await node.node.ask('cu.state', { ...place, path: [], offset: 0, limit: 1000 });
      return nodes.find(({ key }) => key === '.Count')?.preview;
    };
    // In no order, so that each is reached from another one.
    const places = entries.map(({ slot: at, tick }) => ({ slot: Number(at), tick }));
    const expected = ['0', '1', '2', '3', '300', '301'];
    for (const index of [3, 1, 5, 0, 2, 4, 3, 5]) {
      const place = places[index];
      if (place !== undefined) expect(await count(place)).toBe(expected[index]);
    }
    const { changes } = await node.node.ask('cu.diff', { process, from: toSlot(1), fromTick: 1, to: toSlot(1), toTick: 2 });
    expect(changes).toContainEqual({ path: ['.Count'], change: 'changed', before: '2', after: '3' });
    const hashes = new Set<string>();
    for (const { slot: at, tick } of places) hashes.add((await node.node.ask('cu.stateHash', { process, slot: toSlot(at), tick })).hash);
    expect(hashes.size).toBe(places.length);
    await expect(count({ slot: 1, tick: 3 })).rejects.toMatchObject({ code: 'TICK_UNKNOWN' });
    expect(await node.node.ask('cu.verify', { process })).toMatchObject({ difference: null, slots: 2 });
  });
});

describe('a limit on what is kept', () => {
  it('lets old keyframes go, never the log: thousands of slots come back with equal hashes', { timeout: 300_000 }, async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER.replace('20000', '200'));
    // A keyframe stands at every slot that fails: there are many, however fast the machine is.
    let last = 0;
    for (let round = 0; round < 60; round++) {
      last = (await node.send(process, 'Pay', '0')).slot;
      last = Math.max(last, await pay(node, process, 25));
    }
    const slots = [0, 1, 500, 999, 1_000, 1_500, last - 1, last];
    const before = await Promise.all(slots.map((slot) => hashOf(node, process, slot)));
    const keptOf = async (): Promise<KeyframeInfo[]> =>
      (await timelineOf(node, process, 1_000)).flatMap(({ keyframe }) => (keyframe === null ? [] : [keyframe]));
    expect((await keptOf()).length).toBeGreaterThanOrEqual(60);
    await node.stopUnits();
    for (const end of ['', '-wal', '-shm']) rmSync(join(node.dataDir, `cu.db${end}`), { force: true });
    await node.startUnits({ keyframeBytes: 1, windowBytes: 1 });
    await node.result(process, last);
    // The newest stays, and what leads to it.
    expect((await keptOf()).map(({ isFull }) => isFull)).toEqual((await keptOf()).map((_, index) => index === 0));
    expect((await keptOf())[0]?.slot).toBeGreaterThan(500);
    for (const [index, slot] of slots.entries()) expect(await hashOf(node, process, slot)).toBe(before[index]);
    expect(await node.node.ask('cu.verify', { process })).toMatchObject({ difference: null, slots: last + 1 });
  });
});

describe('verify', () => {
  it('tells how many slots and keyframes are equal', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    const last = await pay(node, process, 40);
    const kept = (await timelineOf(node, process)).filter(({ keyframe }) => keyframe !== null);
    expect(await node.node.ask('cu.verify', { process })).toEqual({
      slots: last + 1,
      keyframes: kept.length,
      keyframesOther: 0,
      firstDifference: null,
      difference: null,
    });
  });

  it('names an outcome that was changed, with or without its hash', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    await pay(node, process, 10);
    await tamper(node, (database) =>
      database.run(`UPDATE outcomes SET outcome = json_set(outcome, '$.gasUsed', 7) WHERE process = ? AND slot = 6`, process),
    );
    expect((await node.node.ask('cu.verify', { process })).difference).toEqual({
      slot: 6,
      tick: null,
      what: 'outcome',
      cause: 'outcome damaged',
    });
    const forged = await node.result(process, 3);
    const hash = outcomeHash({ ...forged, gasUsed: 7 });
    await tamper(node, (database) =>
      database.run(
        `UPDATE outcomes SET outcome = json_set(outcome, '$.gasUsed', 7, '$.hash', ?) WHERE process = ? AND slot = 3`,
        hash,
        process,
      ),
    );
    expect((await node.node.ask('cu.verify', { process })).difference).toEqual({
      slot: 3,
      tick: null,
      what: 'outcome',
      cause: 'record changed',
    });
  });

  it('replays no log in which a slot holds another message than was assigned, and names the slot', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    await pay(node, process, 6);
    await node.stopUnits();
    const log = openDatabase(join(node.dataDir, 'su.db'), SU_SCHEMA, 'full');
    const other = 'SELECT message_bytes FROM log WHERE process = ? AND slot = 5';
    log.run(`UPDATE log SET message_bytes = (${other}) WHERE process = ? AND slot = 3`, process, process);
    log.close();
    await node.startUnits();
    await expect(node.node.ask('cu.verify', { process })).rejects.toMatchObject({ code: 'LOG_BROKEN', details: { process, slot: 3 } });
  });

  it('names the slot behind which the log is another one, though each slot holds what it says', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    await pay(node, process, 4);
    const inLog = async <T>(work: (log: Database) => T): Promise<T> => {
      await node.stopUnits();
      const log = openDatabase(join(node.dataDir, 'su.db'), SU_SCHEMA, 'full');
      const done = work(log);
      log.close();
      await node.startUnits();
      return done;
    };
    const repaid = (await node.send(process, 'Pay', '5')).slot;
    const row = await inLog((log) => {
      const found = log.get(
        'SELECT message, assignment, assignment_bytes, message_bytes FROM log WHERE process = ? AND slot = ?',
        process,
        repaid,
      );
      log.run('DELETE FROM log WHERE process = ? AND slot = ?', process, repaid);
      return found ?? {};
    });
    // The scheduler goes on from the slot before: the same payment again, and one more that follows it.
    expect((await node.send(process, 'Pay', '5')).slot).toBe(repaid);
    const last = (await node.send(process, 'Pay', '6')).slot;
    await node.result(process, last);
    expect((await node.node.ask('cu.verify', { process })).difference).toBeNull();
    await inLog((log) =>
      log.run(
        'UPDATE log SET message = ?, assignment = ?, assignment_bytes = ?, message_bytes = ? WHERE process = ? AND slot = ?',
        ...['message', 'assignment', 'assignment_bytes', 'message_bytes'].map((name) => row[name] ?? null),
        process,
        repaid,
      ),
    );
    const difference = { slot: last, tick: null, what: 'log', cause: 'log changed' };
    expect((await node.node.ask('cu.verify', { process })).difference).toEqual(difference);
  });

  it('says that the limits of a slot were not written down, where that may be why it differs', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    await pay(node, process, 5);
    const hash = outcomeHash({ ...(await node.result(process, 3)), gasUsed: 7 });
    await tamper(node, (database) =>
      database.run(
        `UPDATE outcomes SET outcome = json_set(outcome, '$.gasUsed', 7, '$.hash', ?), gas_limit = NULL WHERE process = ? AND slot = 3`,
        hash,
        process,
      ),
    );
    expect((await node.node.ask('cu.verify', { process })).difference).toMatchObject({ slot: 3, what: 'outcome', cause: 'limits missing' });
  });

  it('tells how far it has come, and ends when it is cancelled', { timeout: 60_000 }, async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    const last = await pay(node, process, 150);
    expect(await node.node.ask('cu.verifying', { process })).toEqual({ progress: null });
    const stop = new AbortController();
    const verified = node.node.ask('cu.verify', { process }, stop.signal);
    let isOver = false;
    verified.catch(() => undefined).finally(() => (isOver = true));
    const told: number[] = [];
    while (told.length < 2) {
      expect(isOver, 'the replay ended before it told anything').toBe(false);
      const { progress } = await node.node.ask('cu.verifying', { process });
      if (progress === null) continue;
      expect(progress.of).toBe(last + 1);
      if (progress.done > (told.at(-1) ?? 0)) told.push(progress.done);
    }
    stop.abort();
    await expect(verified).rejects.toMatchObject({ code: 'CANCELLED' });
    await vi.waitFor(async () => expect(await node.node.ask('cu.verifying', { process })).toEqual({ progress: null }));
    expect(await node.node.ask('cu.verify', { process })).toMatchObject({ slots: last + 1, difference: null });
  });

  it('names a keyframe that was changed; looking at slots behind it passes it over', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    const last = await payUntilKept(node, process, 2);
    const hash = await hashOf(node, process, last);
    const kept = (await timelineOf(node, process)).flatMap(({ keyframe }) => (keyframe === null ? [] : [Number(keyframe.slot)]));
    const victim = kept.at(-1) ?? -1;
    await tamper(node, (database) => {
      const row = database.get('SELECT blob FROM keyframes WHERE process = ? AND slot = ?', process, victim);
      const blob = Buffer.from(row?.['blob'] as Uint8Array);
      blob[blob.length >> 1] = (blob[blob.length >> 1] ?? 0) ^ 255;
      database.run('UPDATE keyframes SET blob = ? WHERE process = ? AND slot = ?', blob, process, victim);
    });
    const verified = await node.node.ask('cu.verify', { process });
    expect(verified.difference).toEqual({ slot: victim, tick: null, what: 'state', cause: 'keyframe damaged' });
    expect(verified.keyframes).toBe(kept.length - 1);
    expect(await hashOf(node, process, last)).toBe(hash);
    expect((await node.facts('cu')).some((fact) => fact.kind === 'cu.failed' && fact.code === 'KEYFRAME_DAMAGED')).toBe(true);
    expect((await node.node.ask('cu.verify', { process })).difference).toBeNull();
  });

  it('names a state hash that no replay gives, and an engine that has changed', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    await payUntilKept(node, process, 1);
    await tamper(node, (database) => {
      database.run('UPDATE engines SET engine = ? || substr(engine, 2) WHERE process = ?', '0', process);
      database.run('UPDATE keyframes SET engine = ? || substr(engine, 2) WHERE process = ?', '0', process);
    });
    const verified = await node.node.ask('cu.verify', { process });
    expect(verified).toMatchObject({ difference: null, keyframes: 0 });
    expect(verified.keyframesOther).toBeGreaterThan(0);
  });

  it('names a module whose bytes are others than those that the record was made with', async () => {
    const node = await startNode();
    const process = await node.spawn(LEDGER);
    await pay(node, process, 5);
    await tamper(node, (database) =>
      database.run('UPDATE engines SET engine = substr(engine, 1, length(engine) - 2) || ? WHERE process = ?', 'xx', process),
    );
    expect((await node.node.ask('cu.verify', { process })).difference).toEqual({
      slot: 0,
      tick: null,
      what: 'module',
      cause: 'module changed',
    });
  });
});

it('a slot that only time could end, inside a pattern of C, has its verdict in every replay', { timeout: 120_000 }, async () => {
  const node = await startNode({ evaluatorScript: EVALUATOR, limits: { timeMs: 2_000 } });
  const process = await node.spawn(`Count = 0
Handlers.add("hang", "Hang", function() Count = 99; string.find(("a"):rep(40), ("a?"):rep(40) .. ("a"):rep(40) .. "b") end)
Handlers.add("inc", "Inc", function() Count = Count + 1 end)`);
  await node.send(process, 'Inc');
  const { slot } = await node.send(process, 'Hang');
  const last = (await node.send(process, 'Inc')).slot;
  await node.result(process, last);
  const ended = await node.result(process, slot);
  expect(ended).toMatchObject({ verdict: { kind: 'time', limit: 2_000 }, messages: [] });
  const [hash, state] = [ended.hash, await hashOf(node, process, last)];
  // It would never end by itself: with nothing but the log, and all the time there is, it is over at once.
  await node.stopUnits();
  for (const end of ['', '-wal', '-shm']) rmSync(join(node.dataDir, `cu.db${end}`), { force: true });
  await node.startUnits({ timeMs: 100_000 });
  expect(await node.result(process, slot)).toMatchObject({ hash, verdict: { kind: 'time', limit: 2_000 } });
  expect(await node.result(process, last)).toMatchObject({ error: null });
  expect(await hashOf(node, process, last)).toBe(state);
  expect(await node.node.ask('cu.verify', { process })).toMatchObject({ slots: last + 1, difference: null });
  expect(await node.evaluate(process, 'Count')).toBe('2');
});
