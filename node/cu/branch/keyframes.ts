import type { Keyframe } from '../evaluator/protocol.ts';
import { thinned } from '../timeline/thinning.ts';

/** What the kept memories of one branch may take, of all its processes together. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Below the limit by so much, so that thinning is rare. */
const THINNED_TO = 0.9;

/** Keyframes that lead to a memory of a line; the counts say after how many of its steps each stands. */
export interface LineChain {
  /** Steps of the line before it. */
  readonly count: number;
  readonly keyframes: readonly Uint8Array[];
  readonly counts: readonly number[];
  /** True where the first one stands alone; otherwise it is the difference to the memory with which the line began. */
  readonly isFull: boolean;
  /** State hash of the last one. */
  readonly hash: string;
}

/** Memories of a branch on its way, as whoever runs it gives them: a jump deep into it begins there. */
export interface BranchKeyframes {
  keep(line: string, count: number, keyframe: Keyframe): void;
  /** To the newest one after at most so many steps of a line; null where none is. */
  chainTo(line: string, count: number): LineChain | null;
}

interface Kept {
  readonly process: string;
  readonly slot: number;
  readonly isFull: boolean;
  readonly bytes: number;
  readonly keyframe: Keyframe;
}

/** @param bytesMax for all; over it they grow ever sparser towards the past, as those of the main line do. */
export function createBranchKeyframes(bytesMax = BYTES_MAX): BranchKeyframes {
  const lines = new Map<string, Kept[]>();
  let bytes = 0;
  /** Where the newest ones alone are more than the limit, thinning again at once would find nothing. */
  let thinAt = bytesMax;
  const thin = (): void => {
    const gone = new Set(thinned([...lines.values()].flat(), bytesMax * THINNED_TO));
    for (const [line, all] of lines)
      lines.set(
        line,
        all.filter((one) => !gone.has(one)),
      );
    for (const one of gone) bytes -= one.bytes;
    thinAt = Math.max(bytesMax, bytes / THINNED_TO);
  };
  return {
    keep(line, count, keyframe) {
      const one = { process: line, slot: count, isFull: keyframe.isFull, bytes: keyframe.blob.length, keyframe };
      lines.set(line, [...(lines.get(line) ?? []), one]);
      bytes += one.bytes;
      if (bytes > thinAt) thin();
    },
    chainTo(line, count) {
      const before = (lines.get(line) ?? []).filter(({ slot }) => slot <= count);
      const last = before.at(-1);
      if (last === undefined) return null;
      const full = before.findLastIndex(({ isFull }) => isFull);
      const chain = before.slice(Math.max(0, full));
      return {
        count: last.slot,
        keyframes: chain.map(({ keyframe }) => keyframe.blob),
        counts: chain.map(({ slot }) => slot),
        isFull: full >= 0,
        hash: last.keyframe.hash,
      };
    },
  };
}
