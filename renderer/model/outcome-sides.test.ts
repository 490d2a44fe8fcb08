import { expect, test } from 'vitest';
import { sidesOf, type Effect, type SideLine } from './outcome-sides.ts';

const NOTHING: Effect = { error: null, output: { data: '' }, messages: [], spawns: [] };
const sent = (tags: Record<string, string>, data = '', anchor = '1'): Effect['messages'][number] => ({
  Target: 'bank',
  Anchor: anchor,
  Tags: Object.entries(tags).map(([name, value]) => ({ name, value })),
  Data: data,
});
const others = (lines: readonly SideLine[]): string[] => lines.flatMap(({ text, isOther }) => (isOther ? text : []));
const sides = (main: Partial<Effect> | null, branch: Partial<Effect> | null): { main: string[]; branch: string[] } => {
  const found = sidesOf(main && { ...NOTHING, ...main }, branch && { ...NOTHING, ...branch }, (text) => text);
  return { main: others(found.main), branch: others(found.branch) };
};

test('two messages that differ in one tag alone are told apart by that tag', () => {
  const main = { messages: [sent({ Action: 'Pay', Amount: '10' }), sent({ Action: 'Bye' })] };
  const branch = { messages: [sent({ Action: 'Pay', Amount: '12' }), sent({ Action: 'Bye' })] };
  expect(sides(main, branch)).toEqual({ main: ['Amount 10'], branch: ['Amount 12'] });
});

test('data that differ far behind their beginning are shown where they do', () => {
  const { main, branch } = sides(
    { messages: [sent({ Action: 'A' }, `${'x'.repeat(500)}left`)] },
    { messages: [sent({ Action: 'A' }, `${'x'.repeat(500)}right`)] },
  );
  expect(main).toEqual([`data …${'x'.repeat(30)}left`]);
  expect(branch).toEqual([`data …${'x'.repeat(30)}right`]);
});

test('of a long output the lines that are the same are folded away, so that those that are not stand in sight', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  const data = (at40: string): Effect['output'] => ({ data: lines.with(40, at40).join('\n') });
  const found = sidesOf({ ...NOTHING, output: data('was') }, { ...NOTHING, output: data('is') }, (text) => text);
  expect(found.main.map(({ text }) => text)).toEqual([
    '… 38 lines the same',
    'line 38',
    'line 39',
    'was',
    'line 41',
    'line 42',
    '… 7 lines the same',
    'sent nothing',
  ]);
  expect(others(found.branch)).toEqual(['is']);
});

test('a message that is there on one side only is marked there, those around it are not', () => {
  const [a, b, c] = [sent({ Action: 'A' }), sent({ Action: 'B' }, 'hello'), sent({ Action: 'C' })];
  expect(sides({ messages: [a, b, c] }, { messages: [a, c] })).toEqual({ main: ['→ bank B', 'hello'], branch: [] });
  expect(sides({ messages: [] }, { messages: [a] })).toEqual({ main: ['sent nothing'], branch: ['→ bank A'] });
});

test('what differs in nothing one reads says so, and what has no other half is wholly its own', () => {
  const found = sidesOf({ ...NOTHING, output: { data: 'a' } }, { ...NOTHING, output: 'a' }, (text) => text);
  expect(found.branch.at(-1)?.text).toMatch(/^Printed and sent are the same/);
  expect(sides(null, { error: 'no such bank', messages: [sent({ Action: 'A' })] }).branch).toEqual(['no such bank', '→ bank A']);
});

test('another anchor, which comes of anything sent before, is told only where nothing else differs', () => {
  const main = { messages: [sent({ Action: 'A', Reference: '1' }, 'x', '1')] };
  expect(sides(main, { messages: [sent({ Action: 'A', Reference: '2' }, 'y', '2')] }).branch).toEqual(['data y']);
  expect(sides(main, { messages: [sent({ Action: 'A', Reference: '2' }, 'x', '2')] }).branch).toEqual(['Reference 2', 'anchor 2']);
});
