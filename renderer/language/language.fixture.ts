import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LanguagePipe } from './client.ts';
import { loadFormat } from './format.ts';
import { Language } from './language.ts';
import { serveLanguage, type FromLanguage } from './questions.ts';
import { loadParser } from './syntax.ts';

const ROOT = join(import.meta.dirname, '../..');
const bytes = (path: string): Uint8Array => readFileSync(join(ROOT, 'node_modules', path));
/** The parser as the worker loads it. It is there once in a program. */
export const realParser = loadParser(
  bytes('web-tree-sitter/web-tree-sitter.wasm'),
  bytes('@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm'),
);
const format = loadFormat(() => Promise.resolve(bytes('@johnnymorganz/stylua/stylua_lib_bg.wasm')));

/** The language as the worker loads it, in the test's own process. It knows no file yet. */
export async function realLanguage(): Promise<Language> {
  return new Language(await realParser, format);
}

/** All Lua files of the samples, tests included. */
export function sampleFiles(): readonly string[] {
  const all = readdirSync(join(ROOT, 'node/samples'), { recursive: true, encoding: 'utf8' });
  return all.filter((path) => path.endsWith('.lua')).toSorted();
}

/** The text of a file of the samples. */
export function sampleText(path: string): string {
  return readFileSync(join(ROOT, 'node/samples', path), 'utf8');
}

/** A pipe that clones what passes, as a worker's does. */
export function pipeTo(language: Promise<Language>): LanguagePipe & { fail(reason: string): void } {
  let listener: (message: FromLanguage) => void = () => undefined;
  let failed: (reason: string) => void = () => undefined;
  const take = serveLanguage(language, (message) => listener(structuredClone(message)));
  return {
    send: (message) => take(structuredClone(message)),
    onMessage: (one) => void (listener = one),
    onFailure: (one) => void (failed = one),
    close: () => undefined,
    fail: (reason) => failed(reason),
  };
}
