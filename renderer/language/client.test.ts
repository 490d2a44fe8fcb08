import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LanguageClient, LanguageFailure, type LanguagePipe } from './client.ts';
import { loadFormat } from './format.ts';
import { Language } from './language.ts';
import { serveLanguage, type FromLanguage } from './questions.ts';
import { loadParser } from './syntax.ts';

const bytes = (path: string): Uint8Array => readFileSync(join(import.meta.dirname, '../../node_modules', path));
const loaded = loadParser(
  bytes('web-tree-sitter/web-tree-sitter.wasm'),
  bytes('@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm'),
);
const format = loadFormat(() => Promise.resolve(bytes('@johnnymorganz/stylua/stylua_lib_bg.wasm')));

/** A pipe to a real language that clones what passes, as a worker's does. */
function pipeTo(language: Promise<Language>): LanguagePipe & { fail(reason: string): void } {
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
const real = (): Promise<Language> => loaded.then((parse) => new Language(parse, format));

test('what is put and asked before the language runs is answered once it does, in order', async () => {
  const client = new LanguageClient();
  client.put('a.lua', 'local one = 1\nprint(on)\n');
  const early = client.ask('check', ['a.lua']);
  client.put('a.lua', 'local one = 1\nprint(one)\n');
  const late = client.ask('check', ['a.lua']);
  client.start(pipeTo(real()));
  expect((await early).map(({ code }) => code)).toEqual(['UNDEFINED_GLOBAL']);
  expect(await late).toEqual([]);
  expect((await client.ask('outline', ['a.lua'])).map(({ name }) => name)).toEqual(['one']);
});

test('a question that nobody waits for any more is given up at once', async () => {
  const client = new LanguageClient();
  client.start(pipeTo(real()));
  const stop = new AbortController();
  const asked = client.ask('check', ['a.lua'], stop.signal);
  stop.abort();
  await expect(asked).rejects.toThrow();
  expect(await client.ask('check', ['a.lua'])).toEqual([]);
});

test('who waits is told when the language ends, and so is who asks later', async () => {
  const client = new LanguageClient();
  const pipe = pipeTo(new Promise(() => undefined));
  client.start(pipe);
  const asked = client.ask('check', ['a.lua']);
  pipe.fail('it did not start');
  await expect(asked).rejects.toThrow('it did not start');
  await expect(client.ask('check', ['a.lua'])).rejects.toBeInstanceOf(LanguageFailure);
});

test('a text is put into the usual form, and one that is not Lua is refused', async () => {
  const client = new LanguageClient();
  client.start(pipeTo(real()));
  const spaces = { isTabs: false, width: 2 };
  expect(await client.ask('format', ["if x   then\nprint( 'a' )end", spaces])).toBe('if x then\n  print("a")\nend\n');
  expect(await client.ask('format', ['if x then y() end', { isTabs: true, width: 4 }])).toContain('\ty()');
  await expect(client.ask('format', ['local = 1', spaces])).rejects.toBeInstanceOf(LanguageFailure);
});
