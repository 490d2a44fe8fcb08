import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { UnitName } from '../../node/contract/trace.ts';

const GUIDE = resolve(import.meta.dirname, '../../node/CLIENTS.md');

/** The script of node/CLIENTS.md that leads written-in hosts to a node, as a person would save it for a node at `urls`. */
export function hostsScript({ su, gateway }: Readonly<Record<UnitName, string | null>>): string {
  const [, script] = /```js\n([\s\S]*?)```/.exec(readFileSync(GUIDE, 'utf8')) ?? [];
  if (script === undefined || su === null || gateway === null) throw new Error('no script, or a node without public routes');
  return script.replaceAll('http://127.0.0.1:4003', su).replaceAll('http://127.0.0.1:4000', gateway);
}
