import { coveredLines, coveredPercent, type FileCoverage, type HandlerCoverage } from '../contract/tests.ts';

/** What several files of tests covered, together. */
export function merged(all: readonly (readonly FileCoverage[])[]): readonly FileCoverage[] {
  const byFile = new Map<string, FileCoverage>();
  for (const one of all.flat()) {
    const before = byFile.get(one.file);
    byFile.set(one.file, before === undefined ? one : sum(before, one));
  }
  return [...byFile.values()].sort((first, second) => (first.file < second.file ? -1 : 1));
}

function sum(first: FileCoverage, second: FileCoverage): FileCoverage {
  const lines = { ...first.lines };
  for (const [line, hits] of Object.entries(second.lines)) lines[Number(line)] = (lines[Number(line)] ?? 0) + hits;
  const handlers = new Map(first.handlers.map((one) => [handlerKey(one), one]));
  for (const one of second.handlers) {
    const before = handlers.get(handlerKey(one));
    handlers.set(handlerKey(one), { ...one, hits: one.hits + (before?.hits ?? 0) });
  }
  return { ...first, lines, handlers: [...handlers.values()].sort((one, other) => one.line - other.line) };
}

function handlerKey({ name, line }: HandlerCoverage): string {
  return `${line} ${name}`;
}

/** Coverage as lcov has it: handlers stand as functions, under their names. A file without lines would count as covered there. */
export function lcov(files: readonly FileCoverage[]): string {
  return files.filter(isReadable).map(lcovOf).join('');
}

function lcovOf({ file, lines, handlers }: FileCoverage): string {
  const all = Object.entries(lines);
  // A name is a function there only once.
  const isTwice = ({ name, line }: HandlerCoverage): boolean => handlers.some((one) => one.name === name && one.line !== line);
  const functions = handlers.map((one) => ({ ...one, name: oneLine(isTwice(one) ? `${one.name}:${one.line}` : one.name) }));
  return [
    'TN:',
    `SF:${file}`,
    ...functions.map(({ name, line }) => `FN:${line},${name}`),
    ...functions.map(({ name, hits }) => `FNDA:${hits},${name}`),
    `FNF:${functions.length}`,
    `FNH:${functions.filter(({ hits }) => hits > 0).length}`,
    ...all.map(([line, hits]) => `DA:${line},${hits}`),
    `LF:${all.length}`,
    `LH:${all.filter(([, hits]) => hits > 0).length}`,
    'end_of_record',
    '',
  ].join('\n');
}

function oneLine(name: string): string {
  return name.replaceAll(/\s+/g, ' ');
}

/** Coverage for a terminal: a line for each file, and the sum below where there are several. */
export function coverageLines(files: readonly FileCoverage[]): readonly string[] {
  const rows = [
    ['covered', 'lines', '', 'handlers', 'not run'],
    ...files.map((one) =>
      isReadable(one) ? [one.file, ...shares([one]), notRun(one)] : [one.file, '-', '-', '', 'cannot be read as Lua'],
    ),
    ...(files.length > 1 ? [['all', ...shares(files.filter(isReadable)), '']] : []),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(column === 4 ? 0 : (widths[column] ?? 0))))
      .join('  ')
      .trimEnd(),
  );
}

function isReadable({ isUnreadable }: FileCoverage): boolean {
  return isUnreadable !== true;
}

function shares(files: readonly FileCoverage[]): readonly string[] {
  const { found, hit } = coveredLines(files);
  const handlers = files.flatMap((one) => one.handlers);
  const ran = handlers.filter(({ hits }) => hits > 0).length;
  return [`${hit}/${found}`, percentText(coveredPercent(files)), handlers.length === 0 ? '' : `${ran}/${handlers.length}`];
}

/** Rounded down: 99.96 % is not all. */
export function percentText(percent: number): string {
  return `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
}

const STRETCHES_MAX = 8;

/** Lines that did not run, those without another counted line between them as one: `6, 10-12`. */
function notRun({ lines }: FileCoverage): string {
  const stretches: [number, number][] = [];
  let isOpen = false;
  for (const [key, hits] of Object.entries(lines)) {
    const line = Number(key);
    const last = stretches.at(-1);
    if (hits > 0) isOpen = false;
    else if (isOpen && last !== undefined) last[1] = line;
    else {
      stretches.push([line, line]);
      isOpen = true;
    }
  }
  const shown = stretches.slice(0, STRETCHES_MAX).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return [...shown, ...(stretches.length > STRETCHES_MAX ? [`and ${stretches.length - STRETCHES_MAX} more`] : [])].join(', ');
}
