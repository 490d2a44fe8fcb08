import { expect, test } from 'vitest';
import type { StateNode } from '../../node/contract/state.ts';
import { callShapes, heldHandlers, kindOf, problemOf } from './call-shapes.ts';

const node = (key: string, preview: string): StateNode => ({ key, kind: 'table', preview, isOpenable: true, size: 3 });
const NODES = [
  node('._eval', 'handler · of the runtime'),
  node('.Transfer', 'handler · [string "aos"]:1 · on "Transfer"'),
  node('.Bal', 'handler · bank.lua:2 · on { Recipient = "_", Quantity = "%d+", Action = "Balance" }'),
  node('.old', 'handler · bank.lua:4 · on Tags.Action = "Old"'),
  node('["either of them"]', 'handler · bank.lua:6 · on { Action = { "A", "B" } }'),
  node('.fn', 'handler · bank.lua:8 · on function · bank.lua:8'),
];

test('handlers of the person are read from the state, with what they wait for', () => {
  expect(heldHandlers(NODES)).toEqual([
    { name: 'Transfer', actions: ['Transfer'], clauses: [] },
    {
      name: 'Bal',
      actions: ['Balance'],
      clauses: [
        { name: 'Recipient', value: '_' },
        { name: 'Quantity', value: '%d+' },
      ],
    },
    { name: 'old', actions: ['Old'], clauses: [] },
    { name: 'either of them', actions: ['A', 'B'], clauses: [] },
    { name: 'fn', actions: [], clauses: [] },
  ]);
});

test('fields have the kind that patterns, texts and names tell', () => {
  const texts = [{ name: 'Transfer', action: 'Transfer', reads: [{ name: 'Amount', isNumber: true }], data: 'json' as const }];
  const shapes = callShapes(heldHandlers(NODES), texts, []);
  expect(shapes.map(({ action }) => action)).toEqual(['Transfer', 'Balance', 'Old', 'A', 'B']);
  expect(shapes[0]?.tags).toEqual([{ name: 'Amount', kind: 'number', values: [] }]);
  expect(shapes[0]?.data).toEqual({ name: 'Data', kind: 'json', values: [] });
  expect(shapes[1]?.tags).toEqual([
    { name: 'Recipient', kind: 'party', values: [] },
    { name: 'Quantity', kind: 'number', values: [] },
  ]);
});

test('what stood in a field tells its kind', () => {
  expect(kindOf('X', ['1', '2.5'])).toBe('number');
  expect(kindOf('X', ['a'.repeat(43)])).toBe('address');
  expect(kindOf('X', ['{"a":1}', '[1]'])).toBe('json');
  expect(kindOf('X', ['12', 'many'])).toBe('text');
});

test('what is wrong with a value is said, and an empty one is left out', () => {
  expect(problemOf('number', '12x')).toBe('This is no number.');
  expect(problemOf('number', '')).toBeNull();
  expect(problemOf('address', 'bob')).toContain('no id');
  expect(problemOf('party', 'bob')).toBeNull();
  expect(problemOf('json', '{')).toContain('no JSON');
  expect(problemOf('json', '{}')).toBeNull();
});
