import type { Readable } from 'node:stream';
import type { UnitName } from '../contract/trace.ts';

/** Takes what the units print, for the log file or the terminal. */
export type OutputSink = (unit: UnitName, text: string) => void;

const TAIL_MAX = 8000;

/** Passes on what a started unit prints and keeps the end of its stderr, for the reason shown to a person. */
export function watchOutput(unit: UnitName, stdout: Readable | null, stderr: Readable | null, sink: OutputSink): () => string {
  let tail = '';
  stdout?.setEncoding('utf8').on('data', (text: string) => sink(unit, text));
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL_MAX);
    sink(unit, text);
  });
  return () => tail;
}
