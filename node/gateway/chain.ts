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

/** Blocks that somebody asked for before their time. */
export interface Mined {
  /** The block before the first of them. */
  readonly height: number;
  readonly blocks: number;
  /** Unix seconds: the time of all of them. */
  readonly seconds: number;
}

/** The local stand-in for Arweave's chain: a new block every two minutes since it was made, and more when asked for. */
export interface Chain {
  latest(): Block;
  /** Adds `blocks` blocks now. @returns the last of them. */
  mine(blocks: number): Block;
  /** Unix seconds at which the next block comes by itself. */
  nextSeconds(): number;
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
  /** What was mined before, in order. */
  readonly mined?: readonly Mined[];
  /** Keeps what is mined now. */
  keep?(mined: Mined): void;
  /** Unix ms. */
  now(): number;
}

const ID_BYTES = 48;

/**
 * Blocks are computed, not kept: height and timestamp follow from the age of the chain and from what was mined, and an
 * id ends in its own height so that it can be found again.
 */
export function createChain({ genesisSeconds, seed, lowest, now, mined: before = [], keep }: ChainOptions): Chain {
  const mined = [...before];
  let extra = mined.reduce((sum, { blocks }) => sum + blocks, 0);
  let highest = Math.max(lowest, GENESIS_HEIGHT);
  const height = (): number => {
    highest = Math.max(highest, GENESIS_HEIGHT + Math.floor((now() / 1000 - genesisSeconds) / BLOCK_SECONDS) + extra);
    return highest;
  };
  const secondsOf = (at: number): number => {
    let skipped = 0;
    for (const one of mined) {
      if (at <= one.height) break;
      if (at <= one.height + one.blocks) return one.seconds;
      skipped += one.blocks;
    }
    return genesisSeconds + (at - GENESIS_HEIGHT - skipped) * BLOCK_SECONDS;
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
    timestamp: secondsOf(at),
    previous: at === GENESIS_HEIGHT ? '' : idOf(at - 1),
  });
  const at = (wanted: number): Block | null =>
    Number.isInteger(wanted) && wanted >= GENESIS_HEIGHT && wanted <= height() ? blockAt(wanted) : null;
  return {
    latest: () => blockAt(height()),
    nextSeconds: () => genesisSeconds + (Math.floor((now() / 1000 - genesisSeconds) / BLOCK_SECONDS) + 1) * BLOCK_SECONDS,
    mine(blocks) {
      const { height: top, timestamp } = blockAt(height());
      // No block is older than the one before it, whatever the clock does.
      const one = { height: top, blocks, seconds: Math.max(timestamp, Math.floor(now() / 1000)) };
      keep?.(one);
      mined.push(one);
      extra += blocks;
      highest = top + blocks;
      return blockAt(highest);
    },
    at,
    byId(id) {
      const bytes = Buffer.from(id, 'base64url');
      if (bytes.length !== ID_BYTES) return null;
      const block = at(Number(bytes.readBigUInt64BE(ID_BYTES - 8)));
      return block?.id === id ? block : null;
    },
  };
}
