import { expect, test } from 'vitest';
import { BLOCK_SECONDS, createChain, GENESIS_HEIGHT, type Mined } from './chain.ts';

const genesisSeconds = 1_700_000_000;

function chainAt(clock: { seconds: number }, lowest = 0): ReturnType<typeof createChain> {
  return createChain({ genesisSeconds, seed: 'seed', lowest, now: () => clock.seconds * 1000 });
}

test('a block is added every two minutes, each with the time at which it was due', () => {
  const clock = { seconds: genesisSeconds };
  const chain = chainAt(clock);
  expect(chain.latest()).toMatchObject({ height: GENESIS_HEIGHT, timestamp: genesisSeconds, previous: '' });
  clock.seconds += BLOCK_SECONDS - 1;
  expect(chain.latest().height).toBe(GENESIS_HEIGHT);
  clock.seconds += 1;
  expect(chain.latest()).toMatchObject({ height: GENESIS_HEIGHT + 1, timestamp: clock.seconds, previous: chain.at(GENESIS_HEIGHT)?.id });
});

test('a clock that is set back takes no block away', () => {
  const clock = { seconds: genesisSeconds + 10 * BLOCK_SECONDS };
  const chain = chainAt(clock);
  expect(chain.latest().height).toBe(GENESIS_HEIGHT + 10);
  clock.seconds = genesisSeconds;
  expect(chain.latest().height).toBe(GENESIS_HEIGHT + 10);
  expect(chainAt(clock, GENESIS_HEIGHT + 10).latest().height).toBe(GENESIS_HEIGHT + 10);
});

test('blocks are found by height and by id, and only those that are there', () => {
  const chain = chainAt({ seconds: genesisSeconds + 3 * BLOCK_SECONDS });
  const block = chain.at(GENESIS_HEIGHT + 2);
  expect(block?.id).toMatch(/^[A-Za-z0-9_-]{64}$/);
  expect(chain.byId(block?.id ?? '')).toEqual(block);
  expect(chain.at(GENESIS_HEIGHT - 1)).toBeNull();
  expect(chain.at(GENESIS_HEIGHT + 4)).toBeNull();
  const forged = Buffer.from(block?.id ?? '', 'base64url');
  forged[0] = (forged[0] ?? 0) ^ 1;
  expect(chain.byId(forged.toString('base64url'))).toBeNull();
  expect(chain.byId('short')).toBeNull();
});

test('mined blocks come at once and push later ones up; no block is older than the one before it', () => {
  const clock = { seconds: genesisSeconds + 10 };
  const kept: Mined[] = [];
  const chain = createChain({ genesisSeconds, seed: 'seed', lowest: 0, now: () => clock.seconds * 1000, keep: (one) => kept.push(one) });
  expect(chain.mine(3)).toMatchObject({ height: GENESIS_HEIGHT + 3, timestamp: clock.seconds });
  clock.seconds = genesisSeconds + BLOCK_SECONDS;
  expect(chain.latest()).toMatchObject({ height: GENESIS_HEIGHT + 4, timestamp: genesisSeconds + BLOCK_SECONDS });
  // A clock that was set back.
  clock.seconds = genesisSeconds;
  chain.mine(2);
  expect(chain.latest()).toMatchObject({ height: GENESIS_HEIGHT + 6, timestamp: genesisSeconds + BLOCK_SECONDS });
  clock.seconds = genesisSeconds + 2 * BLOCK_SECONDS;
  const times = Array.from({ length: 8 }, (_, index) => (chain.at(GENESIS_HEIGHT + index)?.timestamp ?? 0) - genesisSeconds);
  expect(times).toEqual([0, 10, 10, 10, 120, 120, 120, 240]);
  const again = createChain({ genesisSeconds, seed: 'seed', lowest: 0, now: () => clock.seconds * 1000, mined: kept });
  expect(Array.from({ length: 8 }, (_, index) => again.at(GENESIS_HEIGHT + index))).toEqual(
    Array.from({ length: 8 }, (_, index) => chain.at(GENESIS_HEIGHT + index)),
  );
});
