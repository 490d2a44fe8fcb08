import { AoError } from '../../contract/errors.ts';
import type { DriveAnswer, DriveFile } from '../vm/drive.ts';
import type { Evaluator } from './evaluator.ts';

/** Files that one question may wait for, each time beginning anew. */
const FILES_MAX = 1_000;

/** An evaluator whose programs read the weave: what a question waits for is fetched, and the question is asked again. */
export function withDrive(evaluator: Evaluator, fetchFile: (file: DriveFile) => Promise<DriveAnswer>): Evaluator {
  return {
    ...evaluator,
    async ask(name, args, timeMs) {
      for (let files = 0; ; files++) {
        try {
          return await evaluator.ask(name, args, timeMs);
        } catch (error) {
          const file = files < FILES_MAX ? waitedFor(error) : null;
          if (file === null) throw error;
          await evaluator.ask('provide', { process: file.process, file, answer: await fetchFile(file) }, Number.POSITIVE_INFINITY);
        }
      }
    },
  };
}

function waitedFor(error: unknown): DriveFile | null {
  if (!(error instanceof AoError) || error.code !== 'DRIVE_WAITS') return null;
  const { process, blockHeight, path } = error.details;
  return { process: String(process), blockHeight: Number(blockHeight), path: String(path) };
}
