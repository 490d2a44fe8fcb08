import { describe, expect, it } from 'vitest';
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
    const text = JSON.stringify([su[1], su[3], su[6]]);
    expect(readPage(2, { facts: [], last: 20, packed: { text, to: 9 } })).toEqual({ fresh: [su[3], su[6]], last: 9 });
    // Live facts have meanwhile led farther.
    expect(readPage(12, { facts: [], last: 20, packed: { text, to: 9 } })).toEqual({ fresh: [], last: 12 });
  });
});
