import { shortened, sideBySide } from '../contract/side-by-side.ts';
import { wholeName, type TestFailure, type TestResult } from '../contract/tests.ts';

const COLUMN = 46;

/** A failure as lines for a terminal: where, what was expected beside what came, and what had happened before. */
export function failureLines({ message, place, compared, at, trail }: TestFailure): string[] {
  const where = place === null ? '' : `${place.file}:${place.line}  `;
  return [
    `${where}${message}`,
    ...(compared === undefined ? [] : comparedLines(compared)),
    ...(trail.length === 0 ? [] : ['the last messages:']),
    ...trail.map(({ from, to, action, data, place }) => {
      const slot = place === null ? '' : ` slot ${place.slot}`;
      const mark = at !== null && place?.process === at.process && place.slot === at.slot ? '→' : ' ';
      return `${mark} ${from} → ${to}${slot}  ${action ?? ''}  ${cut(data.replaceAll(/\s+/g, ' '), 60)}`.trimEnd();
    }),
  ];
}

function comparedLines({ expected, got }: NonNullable<TestFailure['compared']>): string[] {
  const line = (mark: string, left: string, right: string): string => `${mark} ${cut(left, COLUMN).padEnd(COLUMN)}  ${right}`.trimEnd();
  const rows = sideBySide(expected, got);
  if (rows.every(({ isSame }) => isSame)) return [];
  return [
    line(' ', 'expected', 'got'),
    ...shortened(rows).map((row) => {
      if (row === null) return '  …';
      const indent = '  '.repeat(row.depth);
      return line(row.isSame ? ' ' : '≠', row.expected === null ? '' : indent + row.expected, row.got === null ? '' : indent + row.got);
    }),
  ];
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A run as JUnit's XML: a suite for each file. */
export function junit(results: readonly TestResult[], broken: readonly { readonly file: string; readonly error: TestFailure }[]): string {
  const files = [...new Set([...results.map(({ file }) => file), ...broken.map(({ file }) => file)])];
  const suites = files.map((file) => {
    const own = results.filter((one) => one.file === file);
    const lost = broken.filter((one) => one.file === file);
    const failed = own.filter(({ state }) => state === 'failed').length;
    const skipped = own.filter(({ state }) => state === 'skipped').length;
    const seconds = own.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    const head = `name="${escaped(file)}" tests="${own.length}" failures="${failed}" errors="${lost.length}" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
    return [`  <testsuite ${head}>`, ...own.map(caseOf), ...lost.map(({ error }) => lostCase(file, error)), '  </testsuite>'].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="aoscope test">', ...suites, '</testsuites>', ''].join('\n');
}

function caseOf({ file, name, module, line, state, durationMs, failure }: TestResult): string {
  const title = module === 'lua' ? name.join(' › ') : `${name.join(' › ')} (${module})`;
  const head = `    <testcase classname="${escaped(file)}" name="${escaped(title)}" file="${escaped(file)}" line="${line}" time="${(durationMs / 1000).toFixed(3)}"`;
  if (state === 'skipped') return `${head}><skipped/></testcase>`;
  if (failure === null) return `${head}/>`;
  return `${head}><failure message="${escaped(failure.message)}">${escaped(failureLines(failure).join('\n'))}</failure></testcase>`;
}

function lostCase(file: string, error: TestFailure): string {
  return `    <testcase classname="${escaped(file)}" name="${escaped(file)}"><error message="${escaped(error.message)}">${escaped(failureLines(error).join('\n'))}</error></testcase>`;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (char) => names[char] ?? char).replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

/** The name of a result, with its module where there are several. */
export function titleOf(result: TestResult, isOfSeveral: boolean): string {
  return isOfSeveral ? `${wholeName(result)}  [${result.module}]` : wholeName(result);
}
