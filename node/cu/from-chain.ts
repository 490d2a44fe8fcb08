import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId } from '../contract/ids.ts';
import type { CuPorts } from './ports.ts';
import type { Chain } from './timeline/keyframes.ts';

/**
 * Does `work` with the keyframes that lead nearest to a slot. Kept memory that turns out to be damaged is forgotten, and
 * said, and the work is done again from an older one: in the end from the log alone.
 * @param kept slots whose memory whoever works has already: keyframes up to them are left out
 */
export async function fromChain<T>(
  ports: Pick<CuPorts, 'memory' | 'record'>,
  process: ProcessId,
  slot: number,
  engine: string,
  work: (chain: Chain) => Promise<T>,
  kept: readonly number[] = [],
): Promise<T> {
  for (;;) {
    const chain = ports.memory.keyframes.chainTo(process, slot, engine, kept);
    try {
      return await work(chain);
    } catch (error) {
      if (!(error instanceof AoError) || error.code !== 'KEYFRAME_DAMAGED') throw error;
      ports.memory.keyframes.drop(process, chain.slot);
      ports.record({ kind: 'cu.failed', process, slot: toSlot(chain.slot), code: error.code, message: error.message });
    }
  }
}
