import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OutputSink } from './output.ts';

const LOG_BYTES_MAX = 1024 * 1024;

/**
 * Writes what the units print to `path`, each line with its unit. At one megabyte the file becomes `<path>.old`,
 * in place of the one before. A log that cannot be written stops nothing: it is given up, once, with a line on stderr.
 */
export function openLogFile(path: string): OutputSink {
  let isGivenUp = false;
  let size = 0;
  const give = (step: () => void): void => {
    if (isGivenUp) return;
    try {
      step();
    } catch (error) {
      isGivenUp = true;
      process.stderr.write(`The log ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
  give(() => {
    mkdirSync(dirname(path), { recursive: true });
    size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  });
  return (unit, text) =>
    give(() => {
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => `${unit} ${line}\n`)
        .join('');
      if (size + lines.length > LOG_BYTES_MAX && size > 0) {
        renameSync(path, `${path}.old`);
        size = 0;
      }
      appendFileSync(path, lines);
      size += lines.length;
    });
}
