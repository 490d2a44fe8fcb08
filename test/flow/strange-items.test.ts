import { expect, it } from 'vitest';
import { toItemId } from '../../node/contract/ids.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode } from '../kit/node.ts';

const PROTOCOL = [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Type', value: 'Message' },
];

it('a message that claims to be a bundle and is none does not keep later ones from the gateway', async () => {
  const { node, wallet, module, spawn, send } = await startNode();
  const process = await spawn('');
  const claims = [
    { name: 'Bundle-Format', value: 'binary' },
    { name: 'Bundle-Version', value: '2.0.0' },
  ];
  const strange = buildItem(wallet, { target: process, tags: [...PROTOCOL, ...claims], data: 'no bundle' });
  await node.ask('mu.send', { item: strange.raw });
  const later = await Promise.all(Array.from({ length: 120 }, () => send(process, 'Later')));
  const id = later.at(-1)?.id ?? module;
  await expect
    .poll(
      () =>
        node.ask('gateway.item', { id: toItemId(id) }).then(
          (item) => item.id,
          () => null,
        ),
      { timeout: 10_000 },
    )
    .toBe(id);
  // It is kept as what it is, and its line of the log with it.
  expect((await node.ask('gateway.item', { id: strange.id })).id).toBe(strange.id);
});

it('an error, a prompt or an output without end is announced by its beginning only', async () => {
  const { spawn, send, result, idle, facts } = await startNode();
  const process = await spawn('');
  const { slot } = await send(process, 'Eval', 'error(("x"):rep(1000000))');
  await send(process, 'Eval', 'Prompt = function() return ("p"):rep(1000000) end; print(("o"):rep(1000000))');
  expect((await result(process, slot)).error?.length).toBeGreaterThan(10_000);
  await idle();
  for (const fact of await facts('cu')) expect(JSON.stringify(fact).length).toBeLessThan(20_000);
});

it('a message sent a moment ago can be assigned to another process at once', async () => {
  const { node, spawn, send, result } = await startNode();
  const [from, to] = [await spawn(''), await spawn('Handlers.add("all", function() return true end, function(msg) seen = msg.Data end)')];
  const { id } = await send(from, 'Hello', 'said elsewhere');
  const { slot } = await node.ask('mu.assign', { process: to, message: id, baseLayer: false, exclude: [] });
  expect((await result(to, slot ?? 0)).error).toBeNull();
});
