import type { ProcessId } from '../../node/contract/ids.ts';
import { coveredLines, coveredPercent, type FileCoverage } from '../../node/contract/tests.ts';
import { sharedTraffic } from './action-traffic.ts';
import type { World } from './world.ts';

/** A file of which lines were counted in tests. */
export interface CoverageRow {
  readonly file: string;
  /** Lines that ran, of those that could. */
  readonly hit: number;
  readonly found: number;
  readonly percent: number;
  /** The first line that did not run; null where all did. */
  readonly firstNotRun: number | null;
  readonly handlers: readonly HandlerCounts[];
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
    const notRun = Object.entries(one.lines).find(([, hits]) => hits === 0);
    return {
      file: one.file,
      ...coveredLines([one]),
      percent: coveredPercent([one]),
      firstNotRun: notRun === undefined ? null : Number(notRun[0]),
      handlers: one.handlers.map(({ name, line, action, hits }) => ({ name, line, inTests: hits, live: live(action) })),
    };
  });
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
