import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { outputText } from '../../node/contract/outcome.ts';
import type { Workspace } from '../../node/workspace/ports.ts';
import { ASSETS, startNode, type TestNode } from '../kit/node.ts';
import { workspaceOn } from '../kit/workspace.ts';

const never = new AbortController().signal;

/** The sample of a contract in JavaScript, on a node of its own: its token has been minted, and its shopper spends nothing yet. */
async function runSample(): Promise<{
  readonly node: TestNode;
  readonly workspace: Workspace;
  readonly token: ProcessId;
  readonly shopper: ProcessId;
}> {
  const node = await startNode();
  const project = await mkdtemp(join(tmpdir(), 'aoscope-project-'));
  const userDir = await mkdtemp(join(tmpdir(), 'aoscope-user-'));
  await cp(join(ASSETS, 'samples/contract'), project, { recursive: true });
  const workspace = await workspaceOn(node, userDir, project);
  onTestFinished(() => rm(project, { recursive: true, force: true }));
  const { processes } = await workspace.handlers['project.run']({}, never);
  const idOf = (name: string): ProcessId => {
    const found = processes.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found.process;
  };
  await node.idle();
  return { node, workspace, token: idOf('token'), shopper: idOf('shopper') };
}

async function balances({ node }: TestNode, process: ProcessId, slot: number): Promise<string[]> {
  const { nodes } = await node.ask('cu.state', { process, slot: toSlot(slot), path: ['.state', '.balances'], offset: 0, limit: 10 });
  return nodes.map(({ preview }) => preview);
}

it('a contract in JavaScript mints, pays a Lua process and is paid back, and its history is looked at as that of any process', async () => {
  const { node, workspace, token, shopper } = await runSample();
  const send = async (process: ProcessId, action: string, data: string, more: Readonly<Record<string, string>> = {}): Promise<number> => {
    const tags = Object.entries({ Action: action, ...more }).map(([name, value]) => ({ name, value }));
    const { slot } = await workspace.handlers['wallet.send']({ process, tags, data }, never);
    await node.idle();
    if (slot === null) throw new Error('no slot');
    return slot;
  };
  await send(token, 'transfer', JSON.stringify({ target: shopper, qty: 300 }));
  await send(shopper, 'Spend', token, { To: 'bob', Quantity: '120' });
  const refused = await send(token, 'transfer', JSON.stringify({ target: 'bob', qty: 5_000 }));
  expect(await node.node.ask('cu.result', { process: token, slot: toSlot(refused) })).toMatchObject({
    error: expect.stringMatching(/^ContractError: .*less than 5000/) as string,
    messages: [],
  });
  expect(await balances(node, token, refused)).toEqual(['700', '180', '120']);
  expect(await balances(node, token, 1)).toEqual(['1000']);

  const changed = await node.node.ask('cu.diff', { process: token, from: toSlot(1), to: toSlot(2) });
  expect(changed.changes.map(({ path, before, after }) => [path.length, before, after])).toEqual(
    expect.arrayContaining([
      [3, '1000', '700'],
      [3, null, '300'],
    ]),
  );
  const read = await node.node.ask('cu.dryRun', {
    process: token,
    message: { owner: 'x', tags: [{ name: 'Action', value: 'balance' }], data: '{"target":"bob"}' },
  });
  expect(read.output).toMatchObject({ result: { target: 'bob', ticker: 'SMPL', balance: 120 } });
  expect(await node.node.ask('cu.verify', { process: token })).toMatchObject({ difference: null });

  // Inside a slot: its lines, why a value is as it is, and a breakpoint after the fact.
  const { hits, sources, isFaithful, sends } = await node.node.ask('cu.trace', { process: token, slot: toSlot(2), tick: null });
  expect([isFaithful, sources[0]?.chunk, sends.length]).toEqual([true, '@token.js', 1]);
  const code = await workspace.handlers['files.read']({ path: 'token.js' }, never);
  const lineOf = (text: string): number => code.text.split('\n').findIndex((one) => one.includes(text)) + 1;
  expect(hits).toContainEqual({ source: 0, line: lineOf('ao.send'), hits: 1 });
  const why = await node.node.ask('cu.why', { process: token, slot: toSlot(refused), expression: 'state.balances.bob' });
  expect(why.links.map(({ process, did, place }) => [process, did, place?.chunk])).toEqual([
    [token, 'wrote', '@token.js'],
    [shopper, 'sent', '@shopper.lua'],
  ]);
  expect(why.links[0]?.place?.line).toBe(lineOf('?? 0) + quantity'));
  const { places } = await node.node.ask('cu.places', { process: token, file: 'token.js', line: lineOf('ao.send') });
  const query = {
    kind: 'line',
    chunk: places[0]?.chunk ?? '',
    line: places[0]?.line ?? 0,
    condition: 'quantity < 200',
    log: 'target',
  } as const;
  const searched = await node.node.ask('cu.search', {
    process: token,
    query,
    from: toSlot(0),
    direction: 'forwards',
    isSampled: false,
    limit: 10,
    budgetMs: 60_000,
  });
  expect(searched.hits.map(({ slot, text }) => [slot, text])).toEqual([[3, '"bob"']]);

  const evolved = await workspace.handlers['files.read']({ path: 'token.js' }, never);
  const half = evolved.text.replace('+ quantity;', '+ quantity / 2;');
  const slot = await send(token, 'Eval', half);
  expect(outputText((await node.node.ask('cu.result', { process: token, slot: toSlot(slot) })).output).text).toContain('next message');
  await send(token, 'mint', '{"qty":10}');
  expect(await balances(node, token, slot + 1)).toEqual(['705', '180', '120']);

  // A branch without the first transfer: what came of it is gone, and nothing of the line that runs has moved.
  const { id } = await node.node.ask('cu.branchNew', {
    spec: { name: 'no transfer', scope: 'node', later: 'apply', edits: [{ kind: 'skip', process: token, slot: toSlot(2) }] },
  });
  for (;;) if ((await node.node.ask('cu.branchRun', { branch: id, budgetMs: 1_000 })).isDone) break;
  const { steps } = await node.node.ask('cu.branchSteps', { branch: id, process: token, from: 0, limit: 50 });
  expect(steps.some(({ error }) => error?.includes('ContractError') === true)).toBe(true);
  expect(await balances(node, token, slot + 1)).toEqual(['705', '180', '120']);
});
