import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newProject } from '../kit/project.ts';
import { startNode } from '../kit/node.ts';
import { workspaceOn } from '../kit/workspace.ts';

it('a message is signed by whom one chooses, and the process sees who it was', async () => {
  const node = await startNode();
  const project = newProject({ 'aoscope.json': JSON.stringify({ version: 1, name: 'Whose', processes: [] }) });
  onTestFinished(() => project.remove());
  const { handlers } = await workspaceOn(node, mkdtempSync(join(tmpdir(), 'aoscope-user-')), project.path);
  const { signal } = new AbortController();
  const process = await node.spawn('Handlers.add("Who", "Who", function(msg) Who = msg.From end)');
  const who = async (wallet?: string): Promise<string> => {
    const tags = [{ name: 'Action', value: 'Who' }];
    await handlers['wallet.send']({ process, tags, data: '', ...(wallet === undefined ? {} : { wallet }) }, signal);
    return node.evaluate(process, 'return Who');
  };
  const alice = await handlers['wallet.create']({ name: 'alice' }, signal);
  const { wallets } = await handlers['wallet.list']({}, signal);
  expect(wallets.map(({ name }) => name)).toEqual(['dev', 'alice']);
  expect(await who('alice')).toBe(alice.address);
  expect(await who()).toBe(wallets[0]?.address);
  expect(await who('dev')).toBe(wallets[0]?.address);
  await expect(who('carol')).rejects.toMatchObject({ code: 'WALLET_UNKNOWN' });
});
