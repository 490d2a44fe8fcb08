import { expect, it } from 'vitest';
import type { HandlerDecision, SlotRecording } from '../../node/contract/recording.ts';
import { handledOf } from './handled.ts';
import { emptyWorld } from './world.ts';

const NOTHING: SlotRecording = {
  steps: 0,
  keptSteps: 0,
  isComplete: true,
  isFaithful: true,
  sources: [],
  functions: [],
  calls: 0,
  hits: [],
  handlers: [],
  guard: null,
  sends: [],
  error: null,
};
const decision = (name: string, answer: HandlerDecision['answer'], failed: HandlerDecision['failed'] = null): HandlerDecision => ({
  name,
  pattern: '',
  handle: `app.lua:${name.length}`,
  answer,
  failed,
  step: 0,
});
const told = (recording: Partial<SlotRecording>, slot = 1): string => {
  const { sentence, cure } = handledOf(emptyWorld(), { ...NOTHING, ...recording }, slot);
  return `${sentence} ${cure ?? ''}`.trim();
};

it('says who handled a message', () => {
  expect(told({ handlers: [decision('Log', 'continue'), decision('Info', 'skip'), decision('Transfer', 'stop')] })).toBe(
    'Handled by Log and Transfer.',
  );
});

it('says why nothing happened, and which handler came closest', () => {
  const handlers = [
    decision('Info', 'skip', { key: 'Action', expected: '"Info"', actual: '"Transfer"' }),
    decision('Transfer', 'skip', { key: 'Quantity', expected: '"%d+"', actual: 'nil' }),
  ];
  expect(told({ handlers })).toBe(
    'Nothing handled it: none of its 2 handlers matched. Transfer came closest: it wants Quantity to be "%d+", and there was none.',
  );
  expect(told({ handlers: [] }, 0)).toContain('the code that the process began with');
});

it('says that a message was not trusted, and whom the process trusts', () => {
  const words = told({ guard: { kind: 'untrusted', from: 'someone', owner: 'stranger', authorities: ['mu-wallet'] } });
  expect(words).toContain('was signed by stranger');
  expect(words).toContain('Its authorities: mu-wallet.');
});
