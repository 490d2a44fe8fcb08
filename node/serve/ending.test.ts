import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const MODULE = JSON.stringify(join(import.meta.dirname, 'ending.ts'));
const isOnWindows = process.platform === 'win32';

/** A program that takes `stopMs` to stop and then says so. */
const program = (stopMs: number): string => `
  const { endWith } = await import(${MODULE});
  setInterval(() => {}, 1000);
  endWith(async () => { await new Promise((resolve) => setTimeout(resolve, ${stopMs})); console.log('stopped'); });
  console.log('ready', process.pid);
`;

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  return () => text;
}

async function ready(text: () => string): Promise<number> {
  while (!text().includes('ready')) await new Promise((resolve) => setTimeout(resolve, 10));
  return Number(/ready (\d+)/.exec(text())?.[1]);
}

function start(stopMs: number): { child: ChildProcess; text: () => string } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(stopMs)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, text: collect(child) };
}

it.skipIf(isOnWindows).each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('stops in order at %s', async (signal) => {
  const { child, text } = start(50);
  await ready(text);
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(text()).toContain('stopped');
});

it.skipIf(isOnWindows)('takes one Ctrl-C that comes twice for one', async () => {
  const { child, text } = start(300);
  await ready(text);
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(text()).toContain('stopped');
});

it.skipIf(isOnWindows)('stops when the program that started it is killed', async () => {
  const starter = `
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(program(10))}], { stdio: ['ignore', 'inherit', 'inherit'] });
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
  const text = collect(child);
  const pid = await ready(text);
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
  child.kill('SIGKILL');
  // The pipe closes when the last of the two has let go of it.
  await once(child, 'close');
  expect(text()).toContain('stopped');
});
