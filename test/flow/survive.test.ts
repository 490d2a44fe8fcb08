import { expect, it } from 'vitest';
import { survive } from '../kit/survive/survive.ts';

/** More rounds, and other seeds: `npm run bench -- survive`. */
const ROUNDS = 2;
const SEED = 7;

// Processes are found and killed as POSIX has it.
it.skipIf(process.platform === 'win32')(
  'a node whose units are killed under load, one by one and all at once, loses nothing and doubles nothing',
  async () => {
    const lines: string[] = [];
    const { kills, acknowledged, faults } = await survive({ seed: SEED, rounds: ROUNDS, say: (line) => lines.push(line) });
    expect({ faults, lines: faults.length === 0 ? [] : lines }).toEqual({ faults: [], lines: [] });
    expect(kills).toBeGreaterThan(2);
    expect(acknowledged).toBeGreaterThan(10);
  },
  300_000,
);
