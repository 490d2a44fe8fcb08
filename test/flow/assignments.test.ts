import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { toItemId, toModuleId, type ProcessId } from '../../node/contract/ids.ts';
import { arweaveAt, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const READER = `
Got = {}
ao.addAssignable("books", { Title = "_" })
Handlers.add("book", { Title = "_" }, function(m)
  table.insert(Got, (m.Target ~= ao.id and "assigned" or "sent") .. ":" .. m.Title .. ":" .. tostring(m.Data) .. ":" .. tostring(m.Signature ~= nil))
end)`;
const GOT = 'return table.concat(Got, " ")';

async function spawnOn(
  made: TestNode,
  name: 'lua' | 'aos-2.0.6',
  source: string,
  tags: { name: string; value: string }[] = [],
): Promise<ProcessId> {
  if (name === 'lua') return made.spawn(source, tags);
  const found = modules?.[name];
  if (found === undefined) throw new Error('the modules are missing');
  const type = { name: 'Type', value: 'Module' };
  const about = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Module-Format', value: found.format },
    { name: 'Input-Encoding', value: 'JSON-1' },
    { name: 'Output-Encoding', value: 'JSON-1' },
    { name: 'Memory-Limit', value: '1-gb' },
    { name: 'Compute-Limit', value: '9000000000000' },
  ];
  const { id } = await made.node.ask('gateway.upload', {
    item: buildItem(made.wallet, { tags: [type, ...about], data: readFileSync(found.path) }).raw,
  });
  return made.spawn(source, [...tags, { name: 'Module', value: toModuleId(id) }]);
}
const assign = (
  made: TestNode,
  process: ProcessId,
  message: string,
  baseLayer = false,
  exclude: string[] = [],
): Promise<{ slot: number }> => made.node.ask('mu.assign', { process, message: toItemId(message), baseLayer, exclude });

const MACHINES = modules === undefined ? (['lua'] as const) : (['lua', 'aos-2.0.6'] as const);
describe.each(MACHINES)('assignments to a process on %s', { timeout: 180_000 }, (machine) => {
  it('of data, of transactions that stand deep enough, and of messages of others, each once and without what is excluded', async () => {
    const made = await startNode({ http: true });
    const process = await spawnOn(made, machine, READER, [{ name: 'Settlement-Depth', value: '3' }]);
    const url = made.node.urls.gateway ?? '';
    const item = buildItem(made.wallet, { tags: [{ name: 'Title', value: 'item' }], data: 'text' });
    await made.node.ask('gateway.upload', { item: item.raw });
    await assign(made, process, item.id, false, ['Signature']);
    await expect(assign(made, process, item.id)).rejects.toMatchObject({ code: 'MESSAGE_DUPLICATE' });
    await expect(assign(made, process, item.id, true)).rejects.toMatchObject({ code: 'ASSIGN_NOT_BASE_LAYER' });

    const arweave = arweaveAt(url);
    const transaction = await signedTransaction(arweave, await arweave.wallets.generate(), 'deep', { Title: 'tx' });
    expect((await arweave.transactions.post(transaction)).status).toBe(200);
    await expect(assign(made, process, transaction.id, true)).rejects.toMatchObject({
      code: 'ASSIGN_UNSETTLED',
      details: { confirmations: 1, depth: 3 },
    });
    await fetch(`${url}/mine/2`);
    await assign(made, process, transaction.id, true, ['Data']);

    // A message of another process, before it has been uploaded; aos keeps what another wallet than the owner's assigns too.
    const other = await made.spawn('');
    const { id } = await made.send(other, 'Hello', 'for the other', [{ name: 'Title', value: 'message' }]);
    await assign(made, process, id);
    await made.idle();
    expect(await made.evaluate(process, GOT)).toContain(
      'assigned:item:text:false assigned:tx:nil:true assigned:message:for the other:true',
    );
  });

  it('that another process asks for, with Assign and with the tag Assignments', async () => {
    const made = await startNode();
    const process = await spawnOn(made, machine, READER);
    const sender = await spawnOn(made, machine, '');
    const target = await made.spawn(READER);
    const item = buildItem(made.wallet, { tags: [{ name: 'Title', value: 'item' }], data: 'text' });
    await made.node.ask('gateway.upload', { item: item.raw });
    await made.evaluate(sender, `Assign({ Processes = { "${process}" }, Message = "${item.id}", Exclude = { "Data" } })`);
    await made.evaluate(
      sender,
      `Send({ Target = "${target}", Title = "both", Data = "shared", Tags = { Assignments = { "${process}" } } })`,
    );
    await made.idle();
    expect(await made.evaluate(process, GOT)).toContain('assigned:item:nil:true assigned:both:shared:true');
    expect(await made.evaluate(target, GOT)).toContain('sent:both:shared:true');
  });
});

it('a process writes data to the gateway, and another reads it', { timeout: 60_000 }, async () => {
  const made = await startNode();
  const reader = await made.spawn(READER);
  const writer = await made.spawn(`
    Handlers.add("write", "Write", function(m)
      Send({ Target = "${'W'.repeat(42)}A", Title = "report", ["Content-Type"] = "text/plain", Data = "all is well" })
    end)`);
  const { slot } = await made.send(writer, 'Write');
  await made.result(writer, slot);
  await made.idle();
  const [written] = (await made.facts('mu')).flatMap((fact) =>
    fact.kind === 'mu.pushed' && fact.sketch.target.startsWith('WWW') ? [fact.id] : [],
  );
  if (written === undefined) throw new Error('nothing was written');
  expect(await made.node.ask('gateway.item', { id: written })).toMatchObject({
    data: 'all is well',
    tags: expect.arrayContaining([
      { name: 'Title', value: 'report' },
      { name: 'From-Process', value: writer },
    ]) as unknown,
  });
  await made.evaluate(reader, `Assign({ Processes = { ao.id }, Message = "${written}" })`);
  await made.idle();
  expect(await made.evaluate(reader, GOT)).toBe('assigned:report:all is well:true');
});

it('without a readable Settlement-Depth twenty confirmations are asked for', { timeout: 60_000 }, async () => {
  const made = await startNode({ http: true });
  const process = await made.spawn(READER, [{ name: 'Settlement-Depth', value: 'some' }]);
  const arweave = arweaveAt(made.node.urls.gateway ?? '');
  const transaction = await signedTransaction(arweave, await arweave.wallets.generate(), 'deep', { Title: 'tx' });
  expect((await arweave.transactions.post(transaction)).status).toBe(200);
  await expect(assign(made, process, transaction.id, true)).rejects.toMatchObject({ code: 'ASSIGN_UNSETTLED', details: { depth: 20 } });
});
