import type { ProcessId } from '../../node/contract/ids.ts';
import { coveredLines, coveredPercent, type FileCoverage } from '../../node/contract/tests.ts';
import { sharedTraffic } from './action-traffic.ts';
import type { World } from './world.ts';

/** A file of which lines were counted in tests. */
export interface CoverageRow {
  readonly file: string;
  /** It is no Lua that can be read: nobody knows what of it could run. */
  readonly isUnreadable: boolean;
  /** Lines that ran, of those that could. */
  readonly hit: number;
  readonly found: number;
  readonly percent: number;
  /** Lines that did not run, in order; what stands between two of them and could not run is within. */
  readonly notRun: readonly LineRange[];
  readonly handlers: readonly HandlerCounts[];
}

/** From a line to another, both included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** How many messages a handler took. */
export interface HandlerCounts {
  readonly name: string;
  readonly line: number;
  readonly inTests: number;
  /** On the node of the project; null where no process is made of the file, or the handler waits for no one action. */
  readonly live: number | null;
}

/** @param processesOf the processes of the project that are made of a file. */
export function coverageRows(
  world: World,
  coverage: readonly FileCoverage[],
  processesOf: (file: string) => readonly ProcessId[],
): readonly CoverageRow[] {
  return coverage.map((one) => {
    const processes = processesOf(one.file);
    const live = (action: string | null): number | null =>
      action === null || processes.length === 0 ? null : (sharedTraffic(world, processes, action)?.messages ?? 0);
    return {
      file: one.file,
      isUnreadable: one.isUnreadable === true,
      ...coveredLines([one]),
      percent: coveredPercent([one]),
      notRun: notRunIn(one.lines),
      handlers: one.handlers.map(({ name, line, action, hits }) => ({ name, line, inTests: hits, live: live(action) })),
    };
  });
}

function notRunIn(lines: FileCoverage['lines']): readonly LineRange[] {
  const ranges: { readonly from: number; to: number }[] = [];
  let isGoingOn = false;
  // Keys that are whole numbers come in their order.
  for (const [text, hits] of Object.entries(lines)) {
    const line = Number(text);
    const last = ranges.at(-1);
    if (hits > 0) isGoingOn = false;
    else if (isGoingOn && last !== undefined) last.to = line;
    else {
      ranges.push({ from: line, to: line });
      isGoingOn = true;
    }
  }
  return ranges;
}

/** `3–5`, or `9` for one line. */
export function rangeWords({ from, to }: LineRange): string {
  return from === to ? String(from) : `${from}–${to}`;
}

/** Rounded down, so that only all is 100 %. */
export function percentWords(percent: number): string {
  return `${Math.floor(percent)} %`;
}

/** How often the tests ran the handler of that name, the one nearest to a line; null where nobody has counted. */
export function hitsInTests(coverage: FileCoverage | undefined, name: string, line: number): number | null {
  const named = coverage?.handlers.filter((one) => one.name === name) ?? [];
  const nearest = named.toSorted((one, other) => Math.abs(one.line - line) - Math.abs(other.line - line))[0];
  return nearest?.hits ?? null;
}
