import { expect, test } from 'vitest';
import { LanguageClient, LanguageFailure } from './client.ts';
import { pipeTo, realLanguage } from './language.fixture.ts';

test('what is put and asked before the language runs is answered once it does, in order', async () => {
  const client = new LanguageClient();
  client.put('a.lua', 'local one = 1\nprint(on)\n');
  const early = client.ask('check', ['a.lua']);
  client.put('a.lua', 'local one = 1\nprint(one)\n');
  const late = client.ask('check', ['a.lua']);
  client.start(pipeTo(realLanguage()));
  expect((await early).map(({ code }) => code)).toEqual(['UNDEFINED_GLOBAL']);
  expect(await late).toEqual([]);
  expect((await client.ask('outline', ['a.lua'])).map(({ name }) => name)).toEqual(['one']);
});

test('a question that nobody waits for any more is given up at once', async () => {
  const client = new LanguageClient();
  client.start(pipeTo(realLanguage()));
  const stop = new AbortController();
  const asked = client.ask('check', ['a.lua'], stop.signal);
  stop.abort();
  await expect(asked).rejects.toThrow('aborted');
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
  client.start(pipeTo(realLanguage()));
  const spaces = { isTabs: false, width: 2 };
  expect(await client.ask('format', ["if x   then\nprint( 'a' )end", spaces])).toBe('if x then\n  print("a")\nend\n');
  expect(await client.ask('format', ['if x then y() end', { isTabs: true, width: 4 }])).toContain('\ty()');
  await expect(client.ask('format', ['local = 1', spaces])).rejects.toBeInstanceOf(LanguageFailure);
});
