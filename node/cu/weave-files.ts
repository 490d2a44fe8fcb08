import type { ProcessId } from '../contract/ids.ts';
import type { WeaveFile, WeavePlace } from '../contract/kept.ts';
import { numberOf, textOf, type Database } from '../store/database.ts';
import type { DriveAnswer, DriveFile } from './vm/drive.ts';

/** Files that a recording has brought: no gateway here has them. */
export const WEAVE_GIVEN_TABLE = `CREATE TABLE weave_given (
  process TEXT NOT NULL, block_height INTEGER NOT NULL, path TEXT NOT NULL, halt TEXT, data BLOB,
  PRIMARY KEY (process, block_height, path));`;

/** What processes have read through WeaveDrive, and what was given to them in place of a gateway. */
export interface WeaveFiles {
  /** A file as it was given, else as the gateway has it; that it was read is written down. */
  read(file: DriveFile): Promise<DriveAnswer>;
  /** The files that were read, in order, after `after`. */
  reads(process: ProcessId, after: WeavePlace | null, limit: number): readonly WeavePlace[];
  give(process: ProcessId, files: readonly WeaveFile[]): void;
}

/** @param computed holds what comes back from the log; @param kept what does not; @param fetch asks the gateway. */
export function openWeaveFiles(computed: Database, kept: Database, fetch: (file: DriveFile) => Promise<DriveAnswer>): WeaveFiles {
  return {
    async read(file) {
      const { process, blockHeight, path } = file;
      const found = kept.get(
        'SELECT halt, data FROM weave_given WHERE process = ? AND block_height = ? AND path = ?',
        process,
        blockHeight,
        path,
      );
      const answer: DriveAnswer =
        found === undefined
          ? await fetch(file)
          : found['data'] instanceof Uint8Array
            ? { data: found['data'] }
            : { halt: String(found['halt'] ?? '') };
      computed.run('INSERT OR IGNORE INTO weave_reads (process, block_height, path) VALUES (?, ?, ?)', process, blockHeight, path);
      return answer;
    },
    reads: (process, after, limit) =>
      computed
        .all(
          `SELECT block_height, path FROM weave_reads WHERE process = ? AND (block_height, path) > (?, ?)
           ORDER BY block_height, path LIMIT ?`,
          process,
          after?.blockHeight ?? -1,
          after?.path ?? '',
          limit,
        )
        .map((row) => ({ blockHeight: numberOf(row, 'block_height'), path: textOf(row, 'path') })),
    give(process, files) {
      kept.transaction(() => {
        for (const { blockHeight, path, data, halt } of files)
          kept.run(
            'INSERT OR REPLACE INTO weave_given (process, block_height, path, halt, data) VALUES (?, ?, ?, ?, ?)',
            process,
            blockHeight,
            path,
            halt,
            data === null ? null : Buffer.from(data, 'base64url'),
          );
      });
    },
  };
}
