import { describe, expect, it } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import { UNITS } from '../../node/contract/trace.ts';
import { exactTerm, partyTerm, tagTerm, withTerm } from './filter-edit.ts';
import { offersAt, seenIn, tagWishAt } from './filter-offers.ts';
import { parseFilter, testFor, wishKey, type Found } from './filter.ts';
import { hitsOf, isHit, nextHit, sumsOf } from './hit-rows.ts';
import { ownWallets } from './own-wallets.ts';
import { isTrouble, type MessageRow } from './rows.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 4, messages: 400, random: seeded(3) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const first = world.processes[0]?.id ?? '';
const person = world.messages.find(({ from }) => from !== null && from !== '' && !world.processById.has(from))?.from ?? null;
const own = ownWallets(person, []);
const found = (text: string, log?: Found): readonly MessageRow[] => hitsOf(world, testFor(world, parseFilter(text), log, own), null).rows;

const expected: readonly (readonly [string, (row: MessageRow) => boolean])[] = [
  ['action:transfer', (row) => row.action === 'Transfer'],
  ['action:"Credit-Notice" slot:>3', (row) => row.action === 'Credit-Notice' && (row.slot ?? 0) > 3],
  ['action:=Credit', () => false],
  ['action:=credit-notice', (row) => row.action === 'Credit-Notice'],
  ['slot:2-4', (row) => row.slot !== null && row.slot >= 2 && row.slot <= 4],
  ['slot:0', (row) => row.slot === 0],
  ['gas:>1k', (row) => row.evaluatedAtMs !== null && row.gasUsed > 1_000],
  ['ms:<=1.5', (row) => row.evaluatedAtMs !== null && row.durationMs <= 1.5],
  ['error', isTrouble],
  ['-error', (row) => !isTrouble(row)],
  ['error:nil', (row) => row.error?.includes('nil') === true],
  ['pushed', (row) => row.cause !== null],
  ['status:dropped', (row) => row.status === 'dropped'],
  ['to:"process 0"', (row) => row.to === first],
  [`to:${first}`, (row) => row.to === first],
  ['from:outside', (row) => row.from !== null && row.from !== '' && !world.processById.has(row.from)],
  ['from:you', (row) => row.from === person],
  ['process:"=process 0" action:Ping', (row) => (row.to === first || row.from === first) && row.action === 'Ping'],
  ['type:process', (row) => row.type === 'Process'],
  ['"data of Ping"', (row) => row.action === 'Ping'],
  ['action:Ping or action:Transfer', (row) => row.action === 'Ping' || row.action === 'Transfer'],
  ['error (action:Ping or action:Transfer)', (row) => isTrouble(row) && (row.action === 'Ping' || row.action === 'Transfer')],
  ['-(action:Ping or action:Transfer)', (row) => row.action !== 'Ping' && row.action !== 'Transfer'],
  ['"error"', (row) => row.error?.includes('error') === true],
];

describe('filter', () => {
  it.each(expected)('%s', (text, test) => {
    expect(parseFilter(text).problems).toEqual([]);
    const wanted = world.messages.filter(test);
    if (text !== 'action:=Credit' && text !== '"error"') expect(wanted.length).toBeGreaterThan(0);
    expect(found(text)).toEqual(wanted);
  });
  it('a wallet is found by its name, and only the development wallet is you', () => {
    const alice = ownWallets(null, [{ name: 'alice', address: person ?? '' }]);
    const those = (text: string): readonly MessageRow[] => hitsOf(world, testFor(world, parseFilter(text), undefined, alice), null).rows;
    expect(those('from:alice')).toEqual(found('from:you'));
    expect(those('from:=alice')).toEqual(found('from:you'));
    expect(those('from:outside')).toEqual(found('from:you'));
    expect(those('from:you')).toEqual([]);
    expect(seenIn(world, alice).parties.find(({ text }) => text === 'alice')?.count).toBeGreaterThan(0);
  });
  it('lets a word pass that is still being typed', () => {
    for (const text of ['to:', '-', '()', 'or', 'error or', '-(to:)', 'action:='])
      expect(parseFilter(text).problems.length).toBeLessThan(2);
    expect(found('to:')).toHaveLength(world.messages.length);
    expect(found('-to:')).toHaveLength(world.messages.length);
    expect(found('error or')).toEqual(found('error'));
  });
  it.each([
    ['slot:many error', 0, 9, 'many'],
    ['error colour:red', 6, 16, 'no colour:'],
    ['status:lost', 0, 11, 'waiting, received'],
    ['error (to:a', 6, 7, 'not closed'],
    ['to:a ) error', 5, 6, 'No bracket'],
    ['tag:=5', 0, 6, 'name of a tag'],
    ['tag:Quantity>much', 0, 17, 'number'],
  ])('says what is wrong where: %s', (text, from, to, words) => {
    const [problem] = parseFilter(text).problems;
    expect(problem).toMatchObject({ from, to });
    expect(problem?.sentence).toContain(words);
    if (text.includes('error')) expect(found(text).every((row) => text.includes(')') || isTrouble(row))).toBe(true);
  });
  it('asks the log for tags and whole data, and takes what it finds', () => {
    const filter = parseFilter('tag:Quantity>50 "in the data" data:deep');
    expect(filter.wishes).toEqual([
      { kind: 'tag', name: 'Quantity', sign: '>', value: '50' },
      { kind: 'text', text: 'in the data' },
      { kind: 'data', text: 'deep' },
    ]);
    const log: Found = new Map([
      [wishKey({ kind: 'tag', name: 'quantity', sign: '>', value: '50' }), new Map([[first, new Set([toSlot(1), toSlot(2)])]])],
    ]);
    expect(found('tag:Quantity>50', log).map(({ to, slot }) => [to, slot])).toEqual([
      [first, 1],
      [first, 2],
    ]);
    expect(found('tag:Quantity>50')).toEqual([]);
    expect(found('-tag:Quantity>50', log)).toHaveLength(world.messages.length - 2);
  });
});

describe('a word put into a filter', () => {
  it('is put in, turned around and taken out again', () => {
    const term = exactTerm('action', 'Credit Notice');
    expect(term).toBe('action:="Credit Notice"');
    expect(withTerm('error', term, 'only')).toBe(`error ${term}`);
    expect(withTerm(`error ${term}`, term, 'not')).toBe(`error -${term}`);
    expect(withTerm(`error -${term}`, term, 'not')).toBe('error');
    expect(withTerm('error or pushed', term, 'only')).toBe(`(error or pushed) ${term}`);
    expect(parseFilter(`(error or pushed) ${term}`).problems).toEqual([]);
  });
  it('means what it was made from, whatever stands in it', () => {
    expect(found(partyTerm(world, 'to', first))).toEqual(world.messages.filter((row) => row.to === first));
    for (const value of ['a b', 'say "hi"', '(x)', '-1', 'or'])
      expect(parseFilter(tagTerm('Memo', value)).wishes).toEqual([{ kind: 'tag', name: 'Memo', sign: '=', value }]);
  });
});

describe('what is offered', () => {
  const seen = seenIn(world, own);
  const titles = (text: string, caret = text.length): readonly string[] =>
    offersAt(parseFilter(text), caret, seen, []).offers.map(({ title }) => title);
  it('are conditions, then what has been seen with its number', () => {
    expect(titles('')).toContain('to:');
    expect(titles('er').slice(0, 2)).toEqual(['error', 'error:']);
    const [transfer] = offersAt(parseFilter('action:tran'), 11, seen, []).offers;
    expect(transfer).toMatchObject({ title: 'Transfer', insert: 'action:=Transfer', count: found('action:=Transfer').length });
    const [named] = offersAt(parseFilter('error to:0'), 10, seen, []).offers;
    expect(named).toMatchObject({ title: 'process 0', insert: 'to:="process 0"' });
    expect(titles('tran')).toContain('action:=Transfer');
  });
  it('asks for tags where one is typed', () => {
    expect(tagWishAt(parseFilter('error tag:Qu'), 12)).toEqual({ name: null, part: 'Qu' });
    expect(tagWishAt(parseFilter('tag:Quantity=1 error'), 14)).toEqual({ name: 'Quantity', part: '1' });
    expect(tagWishAt(parseFilter('error'), 5)).toBeNull();
  });
});

describe('hits', () => {
  it('are walked through both ways, within a range, and summed up', () => {
    const rows = found('error');
    const middle = rows[rows.length >> 1];
    if (middle === undefined) throw new Error('no errors');
    const range = { fromMs: middle.place.ms, toMs: world.messages.at(-1)?.place.ms ?? 0 };
    const hits = hitsOf(world, testFor(world, parseFilter('error')), range);
    expect(hits.rows).toEqual(rows.filter(({ place }) => place.ms >= range.fromMs));
    expect(hits.matched).toEqual(rows);
    expect(world.messages.filter((row) => isHit(hits, row))).toEqual(hits.rows);
    const [begin] = hits.rows;
    expect(nextHit(hits, -1, 1)).toBe(begin);
    expect(nextHit(hits, begin?.at ?? 0, -1)).toBeNull();
    expect(nextHit(hits, world.messages.length, -1)).toBe(hits.rows.at(-1));
    const sums = sumsOf(rows);
    expect(sums).toMatchObject({ messages: rows.length, errors: rows.length });
    const gas = rows.filter((row) => row.evaluatedAtMs !== null).map((row) => row.gasUsed);
    expect(sums.gas).toBe(gas.reduce((a, b) => a + b, 0));
    expect(sums.gasP95).toBe(gas.toSorted((a, b) => a - b)[Math.ceil(gas.length * 0.95) - 1]);
  });
});
