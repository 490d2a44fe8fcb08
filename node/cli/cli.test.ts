import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { takeLock } from '../workspace/lock.ts';
import { useOwnFolder } from '../workspace/own-folder.ts';
import { makeUserFolders, userFolders } from '../workspace/user-dir.ts';
import { runCli } from './cli.ts';

let outDir: string;
let said: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aoscope-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'package.json'), '{"version":"1.2.3"}');
  outDir = join(folder, 'out');
  said = '';
  const take = (text: string | Uint8Array): boolean => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take);
  vi.spyOn(process.stderr, 'write').mockImplementation(take);
});
afterEach(() => vi.restoreAllMocks());

it('says its version', async () => {
  expect(await runCli(['version'], outDir)).toBe(0);
  expect(said).toBe('1.2.3\n');
});

it.each([['serve'], ['node'], ['verify'], ['module'], ['rebuild'], ['up'], ['run'], ['reset'], ['wallet'], ['data']])(
  'explains %s without starting anything',
  async (command) => {
    expect(await runCli([command, '--help'], outDir)).toBe(0);
    expect(said).toContain('--data DIR');
  },
);

it.each([
  [[], 'A command is missing.'],
  [['fly'], 'There is no command fly.'],
  [['new'], 'name one folder for the project'],
  [['new', 'shop', '--template', 'token', '--sample', 'token'], 'begins with a template or with a sample'],
  [['verify'], 'the project folder is missing'],
  [['rebuild'], 'the project folder is missing'],
  [['up', 'here', 'there'], 'there is one too many'],
  [['run', 'here'], 'the name of a process is missing'],
  [['module', 'add'], 'write module list, or module add'],
  [['module', 'add', 'x.wasm', '--gateway', 'nowhere'], 'nowhere is no address of a gateway'],
  [['node', '--bogus'], "Unknown option '--bogus'"],
  [['serve', '--port', 'x'], 'x is no port number'],
  [['node', '--port-base', 'x'], 'x is no port number'],
  [['node', '--limit', 'gas'], 'write name=number'],
  [['node', '--limit', 'luck=1'], 'write name=number'],
  [['node', '--only', 'cu'], 'the cu asks the gateway'],
  [['node', '--only', 'cu,su,gateway', '--su', 'http://127.0.0.1:1'], 'starts here what --su says is elsewhere'],
  [['node', '--only', 'xu'], '--only xu'],
  [['node', '--cu', 'ftp://x'], 'no address that begins with http'],
  [['node', '--clock', 'soon'], 'soon'],
  [['node', '--'], 'after -- comes the command'],
])('refuses %j', async (args, sentence) => {
  expect(await runCli(args, outDir)).toBe(1);
  expect(said).toContain(sentence);
});

it('lists what a project can begin with', async () => {
  expect(await runCli(['new', '--list'], outDir)).toBe(0);
  expect(said).toContain('--template counter');
  expect(said).toContain('--sample stablecoin');
});

it.each([['serve'], ['node'], ['verify'], ['rebuild']])('%s says what to do when the app is not built', async (command) => {
  expect(
    await runCli([command, ...(command === 'verify' || command === 'rebuild' ? [outDir] : []), '--data', join(outDir, 'home')], outDir),
  ).toBe(1);
  expect(said).toContain('The app is not built');
  expect(said).toContain('npm start');
});

it('says where things lie, and deletes them only from a folder of its own, when nobody has it open and it is meant', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'aoscope-data-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [own, foreign] = [join(root, 'own'), join(root, 'foreign')];
  // As somebody's home may look: two names of the app's are there.
  for (const name of ['wallets', 'projects']) await mkdir(join(foreign, name), { recursive: true });
  await writeFile(join(foreign, 'thesis.txt'), 'all of it');
  for (const folder of [own, foreign]) await makeUserFolders(userFolders(folder));
  await writeFile(join(own, 'settings.json'), '{}');
  expect(await runCli(['data', '--data', own], outDir)).toBe(0);
  expect(said).toContain(own);
  expect(said).toContain('settings and keys of commands');
  expect(await runCli(['data', 'remove', '--yes', '--data', foreign], outDir)).toBe(1);
  expect(said).toContain('is no folder of this app');
  expect(await readdir(foreign)).toEqual(['projects', 'thesis.txt', 'wallets']);
  for (const lock of [() => takeLock(join(own, 'serve.lock'), own), () => useOwnFolder(own)]) {
    const held = await lock();
    expect(await runCli(['data', 'remove', '--yes', '--data', own], outDir)).toBe(1);
    await held.release();
  }
  // Nobody is there to ask.
  expect(await runCli(['data', 'remove', '--data', own], outDir)).toBe(1);
  expect(existsSync(join(own, 'settings.json'))).toBe(true);
  expect(await runCli(['data', 'remove', '--yes', '--data', own], outDir)).toBe(0);
  expect([existsSync(own), existsSync(join(foreign, 'thesis.txt'))]).toEqual([false, true]);
});

it('deletes what a link leads to, and leaves and names what is none of its own', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'aoscope-data-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [own, link] = [join(root, 'own'), join(root, 'link')];
  await makeUserFolders(userFolders(own));
  await writeFile(join(own, 'settings.json.broken-2026'), '{');
  await writeFile(join(own, 'thesis.txt'), 'all of it');
  await symlink(own, link, 'junction');
  expect(await runCli(['data', 'remove', '--yes', '--data', link], outDir)).toBe(0);
  expect(said).toContain('stays:\n  thesis.txt');
  expect(await readdir(own)).toEqual(['thesis.txt']);
  await rm(join(own, 'thesis.txt'));
  await makeUserFolders(userFolders(own));
  expect(await runCli(['data', 'remove', '--yes', '--data', link], outDir)).toBe(0);
  expect(said).toContain(`${own} is gone.`);
  expect(await readdir(root)).toEqual([]);
});
