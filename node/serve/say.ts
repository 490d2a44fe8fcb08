import { plainText } from '../base/plain-text.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { RunningApp } from '../app/start-app.ts';
import type { UnitName } from '../contract/trace.ts';

/** One line for the person at the terminal. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What is good to know beside the answer, which alone goes to stdout. */
export function sayAside(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `1 slot`, `2 slots`. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

/** An error with its cure, on stderr. */
export function sayError(error: unknown): void {
  const text = error instanceof AoError ? `${error.message}\n${error.cure}` : `Something unexpected happened: ${reasonOf(error)}`;
  process.stderr.write(`${plainText(text)}\n`);
}

/** Where the units answer, and whether that is another place than usual. */
export function sayPorts(app: RunningApp): void {
  if (app.ports().isMoved) say(`Ports 4000–4004 and 4010 are taken in part; this node uses the block from ${app.ports().units.gateway}`);
  for (const { unit, url, state, error } of app.status().units) {
    say(`  ${unit.padEnd(10)} ${url ?? state}${error === null ? '' : `: ${error.message} ${error.cure}`}`);
  }
}

/** Says when a unit goes down and when it is back. @returns the way to fall silent. */
export function sayTrouble(app: RunningApp): () => void {
  const troubled = new Map<UnitName, string>();
  return app.hub.on('status', ({ units }) => {
    for (const { unit, state, error } of units) {
      const before = troubled.get(unit);
      if (state === 'up' && before !== undefined) {
        troubled.delete(unit);
        say(`The ${unit} is up again`);
      } else if (error !== null && before !== error.message) {
        troubled.set(unit, error.message);
        say(`The ${unit} is ${state}: ${error.message}`);
      }
    }
  });
}
