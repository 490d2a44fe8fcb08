import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freshFolder } from './folder.fixture.ts';
import { takeLock } from './lock.ts';

it('is held once, and free again after its release', async () => {
  const path = join(await freshFolder(), 'lock');
  const lock = await takeLock(path, '/project');
  await expect(takeLock(path, '/project')).rejects.toMatchObject({ code: 'PROJECT_IN_USE', details: { path: '/project' } });
  await lock.release();
  expect(existsSync(path)).toBe(false);
  await (await takeLock(path, '/project')).release();
});

it('respects a live process and takes over from a dead one', async () => {
  const path = join(await freshFolder(), 'lock');
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void other.kill());
  await writeFile(path, JSON.stringify({ pid: other.pid }));
  await expect(takeLock(path, '/project')).rejects.toMatchObject({ code: 'PROJECT_IN_USE' });

  const dead = spawnSync(process.execPath, ['-e', '']);
  await writeFile(path, JSON.stringify({ pid: dead.pid }));
  await (await takeLock(path, '/project')).release();
});

it('takes over from a number that was given to another program since', async () => {
  const path = join(await freshFolder(), 'lock');
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void other.kill());
  await writeFile(path, JSON.stringify({ pid: other.pid }));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path, longAgo, longAgo);
  await (await takeLock(path, '/project')).release();
});

it('takes over a lock left by an earlier process with our own number, and an unreadable one', async () => {
  const path = join(await freshFolder(), 'lock');
  await writeFile(path, JSON.stringify({ pid: process.pid }));
  await (await takeLock(path, '/project')).release();
  await writeFile(path, 'garbage');
  const before = new Date(Date.now() - 5_000);
  await utimes(path, before, before);
  await (await takeLock(path, '/project')).release();
});
