import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { callAsAoconnect, callAsAos, callAsCurl, callAsLua, type CallText } from '../../node/contract/call-snippets.ts';
import type { SnippetPlaces } from '../../node/contract/snippets.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');

const KEEPER = `Kept = Kept or {}
Handlers.add("Keep", "Keep", function(msg)
  table.insert(Kept, msg.Tags["X-Memo"] .. "|" .. msg.Tags.Quantity .. "|" .. msg.Data)
  print("kept " .. #Kept)
  msg.reply({ Action = "Kept-It", Data = msg.Data })
end)
`;
/** All that a shell, JSON or Lua could stumble over. */
const DATA = 'it\'s "so" \\ 100% $HOME `x`\nand [[two]] lines; ünï';
const TAGS = [
  { name: 'Action', value: 'Keep' },
  { name: 'Quantity', value: '12' },
  { name: 'X-Memo', value: 'a \'b\' "c"' },
];
const WANTED = `a 'b' "c"|12|${DATA}`;

/** A node with an address, a process that keeps what it is told, and a call to it. */
async function begin(isDry: boolean): Promise<{ readonly node: TestNode; readonly call: CallText; readonly places: SnippetPlaces }> {
  const node = await startNode({ http: true });
  const process = await node.spawn(KEEPER);
  const places = { urls: node.node.urls, scheduler: null, authority: null, luaModule: node.module };
  return { node, call: { process, tags: TAGS, data: DATA, isDry }, places };
}

/** Runs a script as a person does who pasted it into a file of a project that has aoconnect. */
async function runScript(text: string): Promise<string> {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.call-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'call.mjs'), text);
  return (await run(process.execPath, [join(folder, 'call.mjs')])).stdout;
}

it('a call that is copied as Lua, or as a line for aos, sends just what was filled in', async () => {
  const { node, call } = await begin(false);
  const sender = await node.spawn('');
  await node.evaluate(sender, callAsLua(call));
  await node.evaluate(sender, callAsAos(call));
  await node.idle();
  expect(await node.evaluate(call.process, 'return #Kept')).toBe('2');
  expect(await node.evaluate(call.process, 'return Kept[1]')).toBe(WANTED);
  expect(await node.evaluate(call.process, 'return Kept[2]')).toBe(WANTED);
  expect(callAsAos(call)).not.toContain('\n');
  // Names that Send understands otherwise still arrive as tags.
  const odd = { ...call, tags: [...TAGS, { name: 'Target', value: 'elsewhere' }] };
  await node.evaluate(sender, callAsLua(odd));
  await node.idle();
  expect(await node.evaluate(call.process, 'return Kept[3]')).toBe(WANTED);
});

it('a call that is copied as a script for aoconnect is sent by it, and its answer printed', async () => {
  const { node, call, places } = await begin(false);
  const printed: unknown = JSON.parse(await runScript(callAsAoconnect(call, places)));
  expect(printed).toMatchObject({ Messages: [{ Data: DATA }] });
  expect(await node.evaluate(call.process, 'return Kept[1]')).toBe(WANTED);
});

it('a call that is copied as a dry run, for aoconnect or for curl, is tried and not kept', async () => {
  const { node, call, places } = await begin(true);
  const printed: unknown = JSON.parse(await runScript(callAsAoconnect(call, places)));
  expect(printed).toMatchObject({ Messages: [{ Data: DATA }] });
  const { stdout } = await run('sh', ['-c', callAsCurl(call, places)]);
  const answer: unknown = JSON.parse(stdout);
  expect(answer).toMatchObject({ Messages: [{ Data: DATA }] });
  expect(await node.evaluate(call.process, 'return #Kept')).toBe('0');
});
