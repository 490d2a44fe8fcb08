import { readFileSync, readdirSync } from 'node:fs';

/** The variable by which everything that one test run started is known, down to the last grandchild. */
export const RUN_MARK = 'AOSCOPE_TEST_RUN';

/** Programs of this test run that still run. Read from /proc, so on Linux only; elsewhere none are found. */
export function leftovers(mark) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${RUN_MARK}=${mark}`)) return [];
        return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }];
      } catch {
        // It ended while we looked, or belongs to somebody else.
        return [];
      }
    });
}
