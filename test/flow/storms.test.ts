import { expect, it } from 'vitest';
import { startNode } from '../kit/node.ts';

it('one message that sends five thousand is delivered whole, each once', async () => {
  const made = await startNode();
  const count = 5_000;
  const sink = await made.spawn(
    'seen, twice = 0, 0; known = {}\nHandlers.add("n", "N", function(msg) if known[msg.N] then twice = twice + 1 end; known[msg.N] = true; seen = seen + 1 end)',
  );
  const source = await made.spawn(
    `Handlers.add("go", "Go", function(msg) for n = 1, ${count} do ao.send({ Target = msg.Data, Action = "N", N = tostring(n) }) end end)`,
  );
  await made.send(source, 'Go', sink);
  await made.idle();
  expect(await made.evaluate(sink, 'return seen .. " " .. twice')).toBe(`${count} 0`);
  expect((await made.facts('mu')).filter(({ kind }) => kind === 'mu.dropped' || kind === 'mu.held')).toEqual([]);
}, 480_000);

it('two hundred processes are spawned at once and live side by side, each with its own state', async () => {
  const made = await startNode();
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const source = (n: number): string => `n = ${n}; Handlers.add("get", "Get", function(msg) msg.reply({ Data = tostring(n) }) end)`;
  const processes = await Promise.all(numbers.map((n) => made.spawn(source(n))));
  const answers = processes.map(async (process) => {
    const { slot } = await made.send(process, 'Get');
    return (await made.result(process, slot)).messages[0]?.Data;
  });
  expect(await Promise.all(answers)).toEqual(numbers.map(String));
}, 240_000);

it('a process whose children spawn children is held by the limit of hops, and the node goes on', async () => {
  const made = await startNode({ limits: { hops: 8 } });
  // Each child boots from the text that boots the next.
  const storm = `code = [==[ao.spawn(ao.env.Module.Id, { Data = "code = [=" .. "=[" .. code .. "]=" .. "=]; load(code)()", Tags = {
    { name = "On-Boot", value = "Data" }, { name = "Authority", value = ao.authorities[1] } } })]==]; load(code)()`;
  const process = await made.spawn('');
  await made.send(process, 'Eval', storm);
  await made.idle();
  const facts = await made.facts('mu');
  const children = (await made.facts('su')).filter((fact) => fact.kind === 'su.assigned' && fact.slot === 0).length - 1;
  expect(children).toBe(8);
  expect(facts.filter(({ kind }) => kind === 'mu.held').length).toBeGreaterThan(0);
  expect(await made.evaluate(process, 'return 1 + 1')).toBe('2');
}, 120_000);

it('a process that sends to itself for ever is held, goes on when told to, and is held again', async () => {
  const made = await startNode({ limits: { hops: 12 } });
  const process = await made.spawn(
    'n = 0; Handlers.add("self", "Self", function() n = n + 1; ao.send({ Target = ao.id, Action = "Self" }) end)',
  );
  const { id } = await made.send(process, 'Self');
  await made.idle();
  expect(await made.evaluate(process, 'return n')).toBe('13');
  await made.node.ask('mu.continue', { journey: id });
  await made.idle();
  expect(await made.evaluate(process, 'return n')).toBe('25');
}, 120_000);

it('an outbox without end is undone as one error; junk in an outbox drops the junk alone', async () => {
  const made = await startNode();
  const sink = await made.spawn('');
  const process = await made.spawn(`sent = 0
Handlers.add("giant", "Giant", function(msg) sent = 1; for n = 1, 400 do ao.send({ Target = msg.Data, Data = ("x"):rep(200000) }) end end)
Handlers.add("junk", "Junk", function(msg)
  table.insert(ao.outbox.Messages, { Target = 7, Tags = {}, Anchor = "short" })
  table.insert(ao.outbox.Messages, {})
  table.insert(ao.outbox.Spawns, { Tags = { { name = "Module", value = "nowhere" } } })
  table.insert(ao.outbox.Assignments, { Processes = { "nobody" }, Message = "nothing" })
  ao.send({ Target = msg.Data, Action = "Kept" })
end)`);
  const giant = await made.send(process, 'Giant', sink);
  const outcome = await made.result(process, giant.slot);
  expect(outcome.error).not.toBeNull();
  expect(outcome.messages).toEqual([]);
  expect(await made.evaluate(process, 'return sent')).toBe('0');
  const junk = await made.send(process, 'Junk', sink);
  expect((await made.result(process, junk.slot)).error).toBeNull();
  await made.idle();
  expect(await made.evaluate(sink, 'return Inbox[#Inbox].Action')).toBe('Kept');
  const dropped = (await made.facts('mu')).filter(({ kind }) => kind === 'mu.dropped');
  expect(dropped.length).toBeGreaterThan(1);
  expect(await made.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
}, 120_000);
