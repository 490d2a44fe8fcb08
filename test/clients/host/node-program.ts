import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Fact, UnitName } from '../../../node/contract/trace.ts';
import type { RunningHost } from './host.ts';

const CLI = resolve(import.meta.dirname, '../../../out/node/cli.cjs');

/** The first line of `aoscope node --json`. */
interface Ready {
  readonly event: 'ready';
  readonly urls: Readonly<Record<UnitName, string>>;
  readonly upload: string;
  readonly authority: string;
  readonly scheduler: string;
  readonly luaModule: string;
}
type Line = Ready | ({ readonly event: 'fact' } & Fact) | { readonly event: 'unit' | 'end' };

/** Far from the ports where apps look by themselves, and each test file from a place of its own. */
export const ownFirstPort = (): number => 20_000 + (process.pid % 600) * 20;

/** `aoscope node --memory` as a program of its own, found by the line it prints. */
export async function startNodeProgram(): Promise<RunningHost> {
  const args = [CLI, 'node', '--memory', '--json', '--port-base', String(ownFirstPort())];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'close');
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const facts: Fact[] = [];
  const ready = await new Promise<Ready>((found, failed) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if (line.event === 'ready') found(line);
      else if (line.event === 'fact') facts.push(line);
    });
    void exited.then(([code]) => failed(new Error(`aoscope node ended with ${String(code)}:\n${complaints}`)));
  });
  return {
    urls: ready.urls,
    bundler: ready.upload,
    authority: ready.authority,
    scheduler: ready.scheduler,
    module: ready.luaModule,
    facts: async (unit) => facts.filter(({ kind }) => kind.startsWith(`${unit}.`)),
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(`aoscope node ended with ${code}:\n${complaints}`);
    },
  };
}
