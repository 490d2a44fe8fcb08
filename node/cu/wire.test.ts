import { expect, it } from 'vitest';
import { AoError } from '../contract/errors.ts';
import { cursorOf, parseBound } from './wire.ts';

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

it('takes the cursors it gives, and bare timestamps', () => {
  expect(parseBound('from', cursorOf(1_700, 12, null, 'ASC'))).toEqual({ kind: 'slot', slot: 12, sort: 'ASC', tick: null });
  expect(parseBound('from', cursorOf(1_700, 12, '0-10-minutes', 'DESC'))).toMatchObject({
    tick: { cron: '0-10-minutes', timestampMs: 1_700 },
  });
  expect(parseBound('to', '1700000000000')).toEqual({ kind: 'timestamp', timestampMs: 1_700_000_000_000 });
});

it.each([
  ['no cursor', 'abc'],
  ['a place that is no number', encoded({ ordinate: 'here' })],
  ['a place below zero', encoded({ ordinate: '-1' })],
  ['a place whose text is what a stranger wrote', encoded({ ordinate: { toString: false, valueOf: false } })],
])('refuses %s in words', (_what, text) => {
  expect(() => parseBound('from', text)).toThrow(AoError);
});

it('takes a time that is no number for none', () => {
  expect(parseBound('from', encoded({ ordinate: '3', cron: 'x', timestamp: [{ toString: 1 }] }))).toMatchObject({ slot: 3, tick: null });
});
