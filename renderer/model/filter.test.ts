import { describe, expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { matches, parseFilter } from './filter.ts';
import { isTrouble, type MessageRow } from './rows.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 4, messages: 400, random: seeded(3) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const first = world.processes[0]?.id;
const found = (text: string): readonly MessageRow[] => world.messages.filter((row) => matches(world, parseFilter(text), row));

const expected: readonly (readonly [string, (row: MessageRow) => boolean])[] = [
  ['action:transfer', (row) => row.action === 'Transfer'],
  ['action:"Credit-Notice" slot:>3', (row) => row.action === 'Credit-Notice' && (row.slot ?? 0) > 3],
  ['slot:2-4', (row) => row.slot !== null && row.slot >= 2 && row.slot <= 4],
  ['slot:0', (row) => row.slot === 0],
  ['error', isTrouble],
  ['-error', (row) => !isTrouble(row)],
  ['status:dropped', (row) => row.status === 'dropped'],
  ['to:"process 0"', (row) => row.to === first],
  ['from:you', (row) => row.from !== null && !world.processById.has(row.from)],
  ['with:"process 0" action:Ping', (row) => (row.to === first || row.from === first) && row.action === 'Ping'],
  ['type:process', (row) => row.type === 'Process'],
  ['"data of Ping"', (row) => row.action === 'Ping'],
];

describe('filter', () => {
  it.each(expected)('%s', (text, test) => {
    const wanted = world.messages.filter(test);
    expect(wanted.length).toBeGreaterThan(0);
    expect(found(text)).toEqual(wanted);
  });
  it('lets a word pass that is still being typed', () => expect(found('to:')).toHaveLength(world.messages.length));
  it('says which word means nothing', () => {
    expect(parseFilter('slot:many error').problem).toContain('many');
    expect(parseFilter('to:a error').problem).toBeNull();
  });
});
