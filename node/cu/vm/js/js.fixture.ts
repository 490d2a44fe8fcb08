import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MessageInput, ProcessEnv } from '../machine.ts';
import { createJsMachine } from './js-machine.ts';

const ENGINE = resolve(import.meta.dirname, '../../../../node_modules/quickjs-wasi/quickjs.wasm');

const text = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');

export const machine = createJsMachine(
  () => readFileSync(ENGINE),
  () => ({ own: text('runtime.js'), debug: text('debug/runtime.js') }),
);

export const OWNER = 'owner'.padEnd(43, 'o');
export const PROCESS = 'process'.padEnd(43, 'p');
export const env: ProcessEnv = {
  Process: { Id: PROCESS, Owner: OWNER, Tags: [] },
  Module: { Id: 'module'.padEnd(43, 'm'), Owner: OWNER, Tags: [] },
};

/** The message of a slot; that of slot 0 is the process itself. */
export function messageAt(slot: number, tags: Readonly<Record<string, string>> = {}, data = '', from = OWNER): MessageInput {
  return {
    Id: slot === 0 ? PROCESS : String(slot).padStart(43, 'm'),
    Owner: from,
    From: from,
    Target: PROCESS,
    Tags: Object.entries(tags).map(([name, value]) => ({ name, value })),
    Data: data,
    Anchor: null,
    Epoch: 0,
    Nonce: slot,
    Timestamp: 1_700_000_000_000 + slot * 1000,
    'Block-Height': 7 + slot,
    'Hash-Chain': '',
    Cron: false,
    'Read-Only': false,
  };
}
