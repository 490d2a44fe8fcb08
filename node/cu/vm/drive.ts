import { AoError } from '../../contract/errors.ts';
import { isId } from '../../contract/ids.ts';
import { tagValues, type Tag } from '../../contract/item.ts';
import type { MessageInput, ProcessEnv } from './machine.ts';

/** One file of WeaveDrive as one message may see it: data and attestations count up to the message's block. */
export interface DriveFile {
  readonly process: string;
  readonly blockHeight: number;
  /** `/data/ID`, `/tx/ID` or `/block/HEIGHT`. */
  readonly path: string;
}

/** What stands there; or the words with which the evaluation ends, as the published extension has it. */
export type DriveAnswer = { readonly data: Uint8Array } | { readonly halt: string };

/**
 * The weave as programs read it while they run. Nothing here waits: what is not there yet ends the evaluation with
 * DRIVE_WAITS, the compute unit brings it, and the slot is run again from its start. So a slot that is replayed sees
 * the same whatever thread it runs in.
 */
export interface Drive {
  /** @throws AoError DRIVE_WAITS until `provide` has brought the file. */
  read(file: DriveFile): DriveAnswer;
  provide(file: DriveFile, answer: DriveAnswer): void;
}

/** Bytes of files that are kept; the newest one always is. */
const KEPT_BYTES = 64 * 1024 * 1024;

export function createDrive(): Drive {
  const kept = new Map<string, DriveAnswer>();
  let bytes = 0;
  const key = ({ process, blockHeight, path }: DriveFile): string => `${process} ${blockHeight} ${path}`;
  const weight = (answer: DriveAnswer): number => 256 + ('data' in answer ? answer.data.length : 0);
  return {
    read(file) {
      const found = kept.get(key(file));
      if (found === undefined) throw new AoError('DRIVE_WAITS', { process: file.process, blockHeight: file.blockHeight, path: file.path });
      // What was refused may be there a moment later, for another slot.
      if ('halt' in found) kept.delete(key(file));
      return found;
    },
    provide(file, answer) {
      kept.set(key(file), answer);
      bytes += weight(answer);
      for (const [oldest, one] of kept) {
        if (bytes <= KEPT_BYTES || kept.size === 1) break;
        kept.delete(oldest);
        bytes -= weight(one);
      }
    },
  };
}

const EXTENSION = 'WeaveDrive';

/** The last value of a tag decides, as in the published extension. */
export function lastTag(tags: readonly Tag[], name: string): string | null {
  return tagValues(tags, name).at(-1) ?? null;
}

/** The id of the item that a process is to be booted from; null for none. */
export function onBootId(tags: readonly Tag[]): string | null {
  const value = lastTag(tags, 'On-Boot');
  return value !== null && isId(value) ? value : null;
}

/** True when the module or the process has the extension. */
export function hasDrive({ Process, Module }: ProcessEnv): boolean {
  return [Module.Tags, Process.Tags].some((tags) => tagValues(tags, 'Extension').includes(EXTENSION));
}

/** How the files are called for a message of a process. */
export function driveFile({ Process }: ProcessEnv, message: MessageInput, path: string): DriveFile {
  return { process: Process.Id, blockHeight: message['Block-Height'], path };
}
