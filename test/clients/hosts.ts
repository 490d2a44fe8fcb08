import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestNode } from '../kit/node.ts';

const GUIDE = resolve(import.meta.dirname, '../../node/CLIENTS.md');

/** The script of node/CLIENTS.md that leads written-in hosts to a node, as a person would save it for `made`. */
export function hostsScript({ node: { urls } }: TestNode): string {
  const [, script] = /```js\n([\s\S]*?)```/.exec(readFileSync(GUIDE, 'utf8')) ?? [];
  if (script === undefined || urls.su === null || urls.gateway === null) throw new Error('no script, or a node without public routes');
  return script.replaceAll('http://127.0.0.1:4003', urls.su).replaceAll('http://127.0.0.1:4000', urls.gateway);
}
