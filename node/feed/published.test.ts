import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectFeed } from './client.ts';
import { readPublished } from './published.ts';

const WELL = { schema: 1, pid: process.pid, url: 'ws://127.0.0.1:4000/', token: 'look', control: 'control' };
let project: string;
let file: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'aoscope-published-'));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  mkdirSync(join(project, '.aoscope'));
  file = join(project, '.aoscope', 'feed.json');
});

it('is believed where it leads to a port of this computer and a program that runs', async () => {
  writeFileSync(file, JSON.stringify(WELL));
  expect(await readPublished(project)).toEqual(WELL);
});

it.each([
  ['another computer', { url: 'ws://192.0.2.7:4000/' }],
  ['another computer, by its looks this one', { url: 'ws://127.0.0.1:4000@192.0.2.7/' }],
  ['a port that there is not', { url: 'ws://127.0.0.1:99999/' }],
  ['no address', { url: 'over there' }],
  ['a token that is no token', { control: '\ud800' }],
  ['every program', { pid: 0 }],
  ['a program that has ended', { pid: spawnSync(process.execPath, ['-e', '']).pid }],
])('is not believed where it names %s', async (_what, wrong) => {
  writeFileSync(file, JSON.stringify({ ...WELL, ...wrong }));
  expect(await readPublished(project)).toBeNull();
});

it.runIf(process.platform !== 'win32')('is neither followed as a link nor waited for as a pipe', async () => {
  const elsewhere = join(project, 'feed.json');
  writeFileSync(elsewhere, JSON.stringify(WELL));
  symlinkSync(elsewhere, file);
  expect(await readPublished(project)).toBeNull();
  renameSync(file, `${file}.link`);
  expect(spawnSync('mkfifo', [file]).status).toBe(0);
  expect(await readPublished(project)).toBeNull();
});

it('is given up where nobody says hello, or no such thing is spoken', async () => {
  const silent = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const deaf = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const one of silent.clients) one.terminate();
    silent.close();
    deaf.close();
  });
  for (const server of [silent, deaf]) {
    if (server.address() === null) await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await connectFeed({ ...WELL, url: `ws://127.0.0.1:${port}/` }, 200)).toBeNull();
  }
});
