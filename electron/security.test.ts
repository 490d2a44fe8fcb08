import { expect, test } from 'vitest';
import { CONTENT_POLICY, isOwnPage } from './security.ts';

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
