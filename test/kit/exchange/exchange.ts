import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startApp } from '../../../node/app/start-app.ts';
import { untilUp } from '../../../node/app/until-up.ts';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { createChildStarter } from '../../../node/host/child-starter.ts';

const OUT = resolve(import.meta.dirname, '../../../out');
const PROGRAMS = ['router.lua', 'trader.lua', 'ledger.lua'] as const;
/** A busy machine is no hung unit. */
const PATIENT = { silentMs: 60_000, openMs: 120_000 };
/** What an express order takes from trader-3, twice: once it can pay, the second time it cannot. */
const EXPRESS = 80;

/** A trading day in a project of its own. */
export interface Exchange {
  /** The project's folder; its node's data are in it. */
  readonly path: string;
  readonly ledger: ProcessId;
  /** The process that owes money at the end. */
  readonly debtor: ProcessId;
  readonly messages: number;
}

/** The project without data: one router, one ledger, and the traders. */
export function writeExchange(path: string, traders: number): void {
  mkdirSync(path, { recursive: true });
  for (const program of PROGRAMS) copyFileSync(join(import.meta.dirname, program), join(path, program));
  const names = Array.from({ length: traders }, (_, index) => `trader-${index + 1}`);
  const processes = [
    { name: 'router', source: 'router.lua' },
    { name: 'ledger', source: 'ledger.lua' },
    ...names.map((name) => ({ name, source: 'trader.lua' })),
  ];
  writeFileSync(join(path, 'aoscope.json'), JSON.stringify({ version: 1, name: 'Exchange', processes }, null, 2));
}

/**
 * Runs a trading day on a real node and ends the node: each round is one message of a person, by which the router sends every
 * trader an order, the traders ask the ledger, and the ledger tells both sides. Four messages an order, and one a round.
 * In the middle round stands the planted bug, see router.lua.
 */
export async function runExchange(path: string, traders: number, rounds: number): Promise<Exchange> {
  writeExchange(path, traders);
  const userDir = mkdtempSync(join(tmpdir(), 'aoscope-exchange-'));
  const app = await startApp({
    shell: 'served',
    version: '0',
    starter: createChildStarter({ programOf: (unit) => join(OUT, 'node/units', `${unit}.cjs`), output: () => undefined }),
    paths: { assetsDir: join(OUT, 'assets'), userDir },
    firstPort: null,
    project: path,
    chooseFolder: null,
    timings: PATIENT,
  });
  try {
    await untilUp(app);
    const { processes } = await app.hub.ask('project.run', {});
    const named = (name: string): ProcessId => {
      const found = processes.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no process ${name}`);
      return found.process;
    };
    const express = rounds >> 1;
    for (let round = 1; round <= rounds; round += 1) {
      const tags = [
        { name: 'Action', value: 'Round' },
        { name: 'Round', value: String(round) },
        { name: 'Traders', value: String(traders) },
        ...(round === express ? [{ name: 'Express', value: String(EXPRESS) }] : []),
      ];
      await app.hub.ask('wallet.send', { process: named('router'), tags, data: '' });
      await app.hub.ask('mu.idle', {});
    }
    return { path, ledger: named('ledger'), debtor: named('trader-3'), messages: rounds * (1 + traders * 4) + 8 };
  } finally {
    await app.stop();
    rmSync(userDir, { recursive: true, force: true });
  }
}

/** `node test/kit/exchange/exchange.ts FOLDER TRADERS ROUNDS`; 198 traders and 63 rounds are 50,000 messages of 200 processes. */
if (import.meta.main) {
  const [path = 'exchange', traders = '198', rounds = '63'] = process.argv.slice(2);
  const started = performance.now();
  const { messages } = await runExchange(resolve(path), Number(traders), Number(rounds));
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${messages.toLocaleString('en-US')} messages in ${resolve(path)} after ${seconds.toFixed(0)} s\n`);
}
