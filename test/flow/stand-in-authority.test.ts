import { expect, it } from 'vitest';
import { LEGACYNET_AUTHORITY } from '../../node/contract/network.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { standInsOf } from '../../node/contract/stand-ins.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const HEARS = 'heard = {} Handlers.add("hi", "Hi", function(msg) table.insert(heard, msg.From) end)';
const UNTRUSTED = /Message is not trusted! From: \S+ - Owner: \S+/;

let spawned = 0;

/** Spawns as a stranger's client does: with the authorities it names, and no others. */
async function spawnTrusting(made: TestNode, authorities: readonly string[]): Promise<ProcessId> {
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: made.module },
    { name: 'Scheduler', value: 'whatever the client names' },
    { name: 'On-Boot', value: 'Data' },
    ...authorities.map((value) => ({ name: 'Authority', value })),
  ];
  const { process } = await made.node.ask('mu.send', {
    item: buildItem(made.wallet, { anchor: String(++spawned).padStart(32, '0'), tags, data: HEARS }).raw,
  });
  if (process === null) throw new Error('the spawn gave no process');
  await made.result(process, 0);
  return process;
}

async function greet(made: TestNode, from: ProcessId, to: ProcessId): Promise<string> {
  await made.evaluate(from, `Send({ Target = "${to}", Action = "Hi" })`);
  await made.idle();
  return made.evaluate(to, 'return table.concat(heard, " ")');
}

async function standIn(made: TestNode, process: ProcessId): Promise<string | null> {
  return standInsOf((await made.node.ask('su.process', { process })).assignment).authority;
}

it('a process that trusts the messenger of legacynet trusts the one of this node too, and its log says so', async () => {
  const made = await startNode();
  const [one, other] = [await spawnTrusting(made, [LEGACYNET_AUTHORITY]), await spawnTrusting(made, [`someone,${LEGACYNET_AUTHORITY}`])];
  expect(await greet(made, one, other)).toBe(one);
  expect(await greet(made, other, one)).toBe(other);
  expect(await standIn(made, one)).toBe(made.node.opened.mu.address);
  expect(await made.evaluate(one, 'return table.concat(ao.authorities, " ")')).toBe(
    `${LEGACYNET_AUTHORITY} ${made.node.opened.mu.address}`,
  );
});

it('a missing authority stays visible: who names none, or another one, trusts nobody but whom it names', async () => {
  const made = await startNode();
  const sender = await made.spawn('');
  for (const authorities of [[], ['a'.repeat(43)]]) {
    const stranger = await spawnTrusting(made, authorities);
    expect(await greet(made, sender, stranger)).toBe('');
    expect(await standIn(made, stranger)).toBeNull();
    expect(JSON.stringify((await made.result(stranger, 1)).output)).toMatch(UNTRUSTED);
  }
});

it('a stand-in is a fact of the log: other settings later change no replay, and not whom the process trusts', async () => {
  const made = await startNode();
  const sender = await made.spawn('');
  const process = await spawnTrusting(made, [LEGACYNET_AUTHORITY]);
  await greet(made, sender, process);
  const { slotLatest: slot } = await made.node.ask('su.process', { process });
  const before = await made.node.ask('cu.stateHash', { process, slot });
  await made.stopUnits();
  await made.startUnits({}, { authorities: [] });
  expect(await made.node.ask('cu.stateHash', { process, slot })).toEqual(before);
  expect(await made.node.ask('cu.verify', { process })).toMatchObject({ slots: slot + 1, firstDifference: null });
  expect(await greet(made, sender, process)).toBe(`${sender} ${sender}`);
  // What is spawned under the new settings stands on its own.
  expect(await standIn(made, await spawnTrusting(made, [LEGACYNET_AUTHORITY]))).toBeNull();
});
