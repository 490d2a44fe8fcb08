import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTENT_POLICY, isOwnPage, isOwnSender } from './security.ts';

test.each([
  ['app://aoscope/index.html', true],
  ['app://aoscope.evil/index.html', false],
  ['app://other/index.html', false],
  ['https://aoscope/', false],
  ['file:///etc/passwd', false],
  ['', false],
])('%s is our own page: %s', (url, isOwn) => {
  expect(isOwnPage(url)).toBe(isOwn);
});

test('the page runs no text as code and reaches nothing but its own files', () => {
  const rules = new Map(CONTENT_POLICY.split('; ').map((rule) => [rule.split(' ')[0] ?? '', rule.split(' ').slice(1)]));
  expect(rules.get('default-src')).toEqual(["'self'"]);
  expect(rules.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  expect(rules.get('connect-src')).toEqual(["'self'"]);
  for (const name of ['object-src', 'base-uri', 'frame-ancestors']) expect(rules.get(name)).toEqual(["'none'"]);
  expect(CONTENT_POLICY).not.toMatch(/'unsafe-eval'|https?:|\*/);
});

test('only the main frame of our own page is listened to', () => {
  const [own, other] = [{ url: 'app://aoscope/index.html' }, { url: 'app://aoscope/index.html' }];
  expect(isOwnSender({ senderFrame: own, sender: { mainFrame: own } })).toBe(true);
  // A frame inside of it, a page of somebody else, and a frame that is gone.
  expect(isOwnSender({ senderFrame: other, sender: { mainFrame: own } })).toBe(false);
  const foreign = { url: 'https://example.com/' };
  expect(isOwnSender({ senderFrame: foreign, sender: { mainFrame: foreign } })).toBe(false);
  expect(isOwnSender({ senderFrame: null, sender: { mainFrame: own } })).toBe(false);
});

test('nothing is handed to the system to open, and the page is given one port and nothing else', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'));
  expect(sources.length).toBeGreaterThan(5);
  for (const text of sources) expect(text).not.toMatch(/openExternal|openPath|exposeInMainWorld|@electron\/remote/);
});
