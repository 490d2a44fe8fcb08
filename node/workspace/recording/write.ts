import { constants, createWriteStream } from 'node:fs';
import { copyFile, link, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AoError } from '../../contract/errors.ts';
import { fileError, systemCode } from '../file-errors.ts';
import { lineSum, type RecordingHeader, type RecordingLine } from './header.ts';

/** Where a recording is written to. */
export interface WriteWish {
  readonly file: string;
  /** What stands there is replaced. */
  readonly isReplacing: boolean;
  readonly signal: AbortSignal;
}

/**
 * Writes a recording. Half of one is none: it takes its name when it is whole.
 * @param lines those that are texts are JSON already.
 * @throws AoError FILE_EXISTS, FILE_UNREADABLE, CANCELLED; what the lines throw.
 */
export async function writeRecording(
  header: RecordingHeader,
  lines: AsyncIterable<RecordingLine | string>,
  { file, isReplacing, signal }: WriteWish,
): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(Readable.from(textOf(header, lines)), createGzip(), createWriteStream(part), { signal });
    if (isReplacing) await rename(part, file);
    else await putInPlace(part, file);
  } catch (error) {
    if (signal.aborted) throw new AoError('CANCELLED');
    throw fileError(error, file);
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes over nothing that came to stand there meanwhile. Not every file system has links. */
async function putInPlace(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    await copyFile(part, file, constants.COPYFILE_EXCL);
  }
}

async function* textOf(header: RecordingHeader, lines: AsyncIterable<RecordingLine | string>): AsyncGenerator<string> {
  const sum = lineSum();
  const text = (line: RecordingHeader | RecordingLine | string): string => {
    const written = typeof line === 'string' ? line : JSON.stringify(line);
    sum.add(written);
    return `${written}\n`;
  };
  yield text(header);
  for await (const line of lines) yield text(line);
  yield `${JSON.stringify(sum.end())}\n`;
}
