import type { DriveAnswer } from '../drive.ts';

/** File numbers of the drive; the glue counts its own from 3. */
const FIRST = 4_096;
const SEEK = { set: 0, current: 1, end: 2 } as const;

/** Ends an evaluation that asked for what may not be read. It may be there a moment later: this answer is written down. */
export class Halted extends Error {}

interface OpenFile {
  readonly data: Uint8Array;
  position: number;
  /** Its end was sought and nothing read since: the extension reads from the start then, so that read(seek("end")) gives all. */
  isAtEnd: boolean;
}

/** The files of WeaveDrive that one evaluation has open. Nothing of them outlives it: a replay opens them anew. */
export class DriveFiles {
  readonly #open: (path: string) => DriveAnswer | null;
  readonly #files: OpenFile[] = [];

  /** @param open gives a file; null where there is no drive. It may throw what ends the evaluation. */
  constructor(open: (path: string) => DriveAnswer | null) {
    this.#open = open;
  }

  /** The number of a file; 0 where there is none. @throws Error with the words of the extension where the evaluation must end. */
  open(path: string): number {
    const answer = this.#open(path);
    if (answer === null) return 0;
    if ('halt' in answer) throw new Halted(answer.halt);
    this.#files.push({ data: answer.data, position: 0, isAtEnd: false });
    return FIRST + this.#files.length - 1;
  }

  has(number: number): boolean {
    return this.#files[number - FIRST] !== undefined;
  }

  /** Copies what comes next into `target`. @returns how many bytes. */
  read(number: number, target: Uint8Array): number {
    const file = this.#files[number - FIRST];
    if (file === undefined) return 0;
    if (file.isAtEnd) file.position = 0;
    file.isAtEnd = false;
    const part = file.data.subarray(file.position, file.position + target.length);
    target.set(part);
    file.position += part.length;
    return part.length;
  }

  /** Moves to another place. @returns the place. */
  seek(number: number, offset: number, whence: number): number {
    const file = this.#files[number - FIRST];
    if (file === undefined) return 0;
    const from = whence === SEEK.end ? file.data.length : whence === SEEK.current ? file.position : 0;
    file.position = Math.max(0, Math.min(file.data.length, from + offset));
    // Asking where one is moves nothing.
    if (whence !== SEEK.current || offset !== 0) file.isAtEnd = whence === SEEK.end && file.position === file.data.length;
    return file.position;
  }
}
