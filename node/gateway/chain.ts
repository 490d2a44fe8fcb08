import { createHash } from 'node:crypto';

/** Where the local chain begins: above 1,440,000, from where on the reference CU checks hash chains (protocol §3.4). */
export const GENESIS_HEIGHT = 1_500_000;
/** About the pace of Arweave. */
export const BLOCK_SECONDS = 120;

/** A block of the local chain. */
export interface Block {
  /** 48 bytes, base64url: as long as Arweave's. */
  readonly id: string;
  readonly height: number;
  /** Unix seconds. */
  readonly timestamp: number;
  /** Id of the block before; '' for the first. */
  readonly previous: string;
}

/** The local stand-in for Arweave's chain: a new block every two minutes since it was made. */
export interface Chain {
  latest(): Block;
  /** Null when there is no such block (yet). */
  at(height: number): Block | null;
  byId(id: string): Block | null;
}

export interface ChainOptions {
  /** Unix seconds of the first block. */
  readonly genesisSeconds: number;
  /** Makes the block ids of one installation its own. */
  readonly seed: string;
  /** A height that was given away already: the chain never falls below it, whatever the clock does. */
  readonly lowest: number;
  /** Unix ms. */
  now(): number;
}

const ID_BYTES = 48;

/**
 * Blocks are computed, not kept: height and timestamp follow from the age of the chain, and an id ends in its own
 * height so that it can be found again.
 */
export function createChain({ genesisSeconds, seed, lowest, now }: ChainOptions): Chain {
  let highest = Math.max(lowest, GENESIS_HEIGHT);
  const height = (): number => {
    highest = Math.max(highest, GENESIS_HEIGHT + Math.floor((now() / 1000 - genesisSeconds) / BLOCK_SECONDS));
    return highest;
  };
  const idOf = (at: number): string => {
    const id = Buffer.alloc(ID_BYTES);
    createHash('sha384')
      .update(`${seed}:${at}`)
      .digest()
      .copy(id, 0, 0, ID_BYTES - 8);
    id.writeBigUInt64BE(BigInt(at), ID_BYTES - 8);
    return id.toString('base64url');
  };
  const blockAt = (at: number): Block => ({
    id: idOf(at),
    height: at,
    timestamp: genesisSeconds + (at - GENESIS_HEIGHT) * BLOCK_SECONDS,
    previous: at === GENESIS_HEIGHT ? '' : idOf(at - 1),
  });
  const at = (wanted: number): Block | null =>
    Number.isInteger(wanted) && wanted >= GENESIS_HEIGHT && wanted <= height() ? blockAt(wanted) : null;
  return {
    latest: () => blockAt(height()),
    at,
    byId(id) {
      const bytes = Buffer.from(id, 'base64url');
      if (bytes.length !== ID_BYTES) return null;
      const block = at(Number(bytes.readBigUInt64BE(ID_BYTES - 8)));
      return block?.id === id ? block : null;
    },
  };
}
