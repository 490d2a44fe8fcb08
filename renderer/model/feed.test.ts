import { describe, expect, it } from 'vitest';
import { packFacts } from '../../node/contract/packed-facts.ts';
import { continueFrom, readPage } from './feed.ts';
import { fixtureRun, seeded } from './run.fixture.ts';

const { su } = fixtureRun({ processes: 3, messages: 10, random: seeded(2) });

describe('continueFrom', () => {
  it('leaves out what is known and goes on', () => {
    const taken = continueFrom(2, su.slice(0, 5));
    expect(taken).toEqual({ fresh: su.slice(2, 5), last: 5, isGap: false });
  });
  it('stops at a gap, so that what is missing is asked for', () => {
    const taken = continueFrom(0, [...su.slice(0, 2), ...su.slice(3, 5)]);
    expect(taken).toEqual({ fresh: su.slice(0, 2), last: 2, isGap: true });
  });
});

describe('readPage', () => {
  it('takes what is packed, however its numbers leap, and leaves out what is known', () => {
    const packed = packFacts([su[1], su[3], su[6]], 9);
    const read = (last: number): unknown => {
      const page = readPage(last, { facts: [], last: 20, packed });
      return { fresh: page.fresh(), last: page.last };
    };
    const shown = (fact: unknown): unknown => ({ ...Object(fact), assignment: undefined });
    expect(read(2)).toEqual({ fresh: [shown(su[3]), shown(su[6])], last: 9 });
    // Live facts have meanwhile led farther.
    expect(read(12)).toEqual({ fresh: [], last: 12 });
  });
});
