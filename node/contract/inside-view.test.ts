import { expect, it } from 'vitest';
import { toProcessId, toSlot } from './ids.ts';
import { depthsOf, hitsIn, moveInside, stepOfLine, stepPlace, untakenIn, type InsideView } from './inside-view.ts';

const TEXT = `local function pay(who)
  if who == "dave" then
    print("never")
  else
    print(who)
  end
end
pay("alice")
pay("bob")`;

const VIEW: InsideView = {
  place: { process: toProcessId('p'.repeat(43)), slot: toSlot(3), tick: null },
  recording: {
    steps: 900,
    keptSteps: 6,
    isComplete: true,
    isFaithful: true,
    sources: [{ chunk: '@lib/pay.lua', isRuntime: false }],
    functions: [{ source: 0, name: 'pay', line: 1, lastLine: 7 }],
    calls: 2,
    hits: [2, 5, 8, 9].map((line) => ({ source: 0, line, hits: line < 8 ? 2 : 1 })),
    handlers: [],
    guard: null,
    sends: [],
    error: null,
  },
  steps: { step: [10, 12, 14, 20, 22, 24], source: [0, 0, 0, 0, 0, 0], line: [8, 2, 5, 9, 2, 5], call: [0, 1, 1, 0, 2, 2] },
  depths: [0, 1, 1],
  texts: [{ text: TEXT, file: 'lib/pay.lua', slot: toSlot(0) }],
};

it('tells how often each line of a file ran, and which branches were not taken', () => {
  expect([...hitsIn(VIEW, 'lib/pay.lua')]).toEqual([
    [2, 2],
    [5, 2],
    [8, 1],
    [9, 1],
  ]);
  expect(hitsIn(VIEW, 'other.lua').size).toBe(0);
  expect(untakenIn(VIEW, 'lib/pay.lua', TEXT)).toEqual([3]);
});

it('names no line of JavaScript that only divides code', () => {
  const text = `function pay(kind) {
  switch (kind) {
    case 'a':
      return 1;
    // nothing else
    default:
      if (kind) {
        return 2;
      } else {
        return 3;
      }
  }
}`;
  const functions = [{ source: 0, name: 'pay', line: 1, lastLine: 13 }];
  const view = { ...VIEW, recording: { ...VIEW.recording, functions, hits: [2, 4].map((line) => ({ source: 0, line, hits: 1 })) } };
  expect(untakenIn(view, 'lib/pay.lua', text)).toEqual([7, 8, 10]);
});

it('finds the line of a step, also of one between two that were kept', () => {
  expect(stepPlace(VIEW, 14)).toMatchObject({ at: 2, line: 5, file: { file: 'lib/pay.lua', line: 5 } });
  expect(stepPlace(VIEW, 15)).toMatchObject({ at: 2 });
  expect(stepPlace(VIEW, 3)).toMatchObject({ at: 0 });
});

it('finds the next time that a line ran, and begins again behind the last', () => {
  expect(stepOfLine(VIEW, 'lib/pay.lua', 5, 14)).toBe(24);
  expect(stepOfLine(VIEW, 'lib/pay.lua', 5, 24)).toBe(14);
  expect(stepOfLine(VIEW, 'lib/pay.lua', 3, 0)).toBeNull();
});

it('follows a bundle back to its files', () => {
  const text = `-- source: a.lua\nx = 1\n-- source: b.lua\ny = 2\n${'\n'.repeat(5)}`;
  const bundled = { ...VIEW, texts: [{ text, file: 'main.lua', slot: toSlot(0) }] };
  expect(stepPlace({ ...bundled, steps: { ...VIEW.steps, line: [4, 2, 2, 2, 2, 2] } }, 10)?.file).toEqual({ file: 'b.lua', line: 1 });
});

it('steps over calls and out of them, both ways', () => {
  expect(depthsOf([{ parent: -1 }, { parent: 0 }, { parent: 1 }, { parent: 0 }])).toEqual([0, 1, 2, 1]);
  // 8 calls 2 and 5; 9 calls 2 and 5 again.
  expect([0, 1, 2, 3].map((at) => moveInside(VIEW, at, 'next'))).toEqual([3, 2, 3, 'after']);
  expect([0, 1, 5].map((at) => moveInside(VIEW, at, 'stepIn'))).toEqual([1, 2, 'after']);
  expect([1, 2, 4].map((at) => moveInside(VIEW, at, 'stepOut'))).toEqual([3, 3, 'after']);
  expect([5, 3, 1, 0].map((at) => moveInside(VIEW, at, 'stepBack'))).toEqual([4, 0, 0, 'before']);
  expect([5, 2, 0].map((at) => moveInside(VIEW, at, 'stepBackOut'))).toEqual([3, 0, 'before']);
  expect([moveInside(VIEW, null, 'stepBack'), moveInside(VIEW, null, 'next')]).toEqual([3, 'after']);
});
