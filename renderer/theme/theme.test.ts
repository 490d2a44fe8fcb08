import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveTheme } from './theme.ts';

const css = readFileSync(new URL('theme.css', import.meta.url), 'utf8');

const CONTRAST = { light: 4.5, dark: 4.5, 'contrast-light': 7, 'contrast-dark': 7 } as const;
type Theme = keyof typeof CONTRAST;
const THEMES: readonly Theme[] = ['light', 'dark', 'contrast-light', 'contrast-dark'];

function variables(theme: Theme): Map<string, string> {
  const block = new RegExp(`:root\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

const SURFACES = ['--bg', '--bg-raised', '--bg-sunken'];
const TEXTS = ['--text', '--text-dim', '--text-faint', '--accent', '--ok', '--warn', '--error', '--past'];

describe.each(THEMES)('%s', (theme) => {
  const least = CONTRAST[theme];
  const of = variables(theme);
  const value = (name: string): string => of.get(name) ?? '#none';

  test.each(TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface] as const)))('%s is readable on %s', (text, surface) => {
    expect(contrast(value(text), value(surface))).toBeGreaterThanOrEqual(least);
  });
  test.each(['--text', '--text-dim'])('%s is readable on selected and hovered rows', (text) => {
    for (const surface of ['--bg-selected', '--bg-hover', '--past-bg'])
      expect(contrast(value(text), value(surface))).toBeGreaterThanOrEqual(least);
  });
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('lane %i is seen on every surface', (lane) => {
    expect(contrast(value(`--lane-${lane}`), value('--bg'))).toBeGreaterThanOrEqual(least - 1.5);
  });
  test.each(['--code-keyword', '--code-string', '--code-number', '--code-comment', '--code-global'])(
    '%s is readable in the editor',
    (code) => {
      expect(contrast(value(code), value('--bg'))).toBeGreaterThanOrEqual(least);
      expect(contrast(value(code), value('--bg-raised'))).toBeGreaterThanOrEqual(least);
    },
  );
  test('the text of a primary button is readable', () => {
    expect(contrast(value('--accent-text'), value('--accent'))).toBeGreaterThanOrEqual(least);
  });
});

test.each(THEMES)('%s defines the same colours as light', (theme) => {
  expect([...variables(theme).keys()]).toEqual([...variables('light').keys()]);
});

test('only the choice "system" follows the system, in colours and in contrast', () => {
  const wishes = [false, true].flatMap((hasMoreContrast) => [false, true].map((isDark) => ({ isDark, hasMoreContrast, isForced: false })));
  expect(wishes.map((wish) => resolveTheme('system', wish))).toEqual(THEMES);
  for (const theme of THEMES) expect(new Set(wishes.map((wish) => resolveTheme(theme, wish)))).toEqual(new Set([theme]));
});

test('where the system forces its colours on a page, the theme that suits them is taken, whatever was chosen', () => {
  for (const theme of ['system', ...THEMES] as const) {
    expect(resolveTheme(theme, { isDark: true, hasMoreContrast: false, isForced: true })).toBe('contrast-dark');
    expect(resolveTheme(theme, { isDark: false, hasMoreContrast: false, isForced: true })).toBe('contrast-light');
  }
});
