import { describe, expect, it } from 'vitest';
import type { Commands } from '../../node/contract/commands.ts';
import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import type { Link } from '../link/link.ts';
import { fixtureId } from '../model/run.fixture.ts';
import { createAnswers } from './answers.ts';

interface Question {
  readonly signal: AbortSignal | undefined;
  answer(value: Commands['cu.diff']['reply']): void;
}

function slowNode(): { link: Link; questions: Question[]; changeProject: () => void } {
  const questions: Question[] = [];
  let changed = (): void => undefined;
  const link: Link = {
    ask: (_name, _args, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('cancelled')));
        questions.push({ signal, answer: (value) => resolve(value as never) });
      }),
    on(_name, listener) {
      changed = () => listener({} as never, 0);
      return () => undefined;
    },
    onState: () => () => undefined,
  };
  return { link, questions, changeProject: () => changed() };
}

const args = { process: toProcessId(fixtureId('p', 1)), from: toSlot(1), to: toSlot(2) };
const reply = { changes: [], total: 0, isComplete: true };

describe('answers', () => {
  it('asks once for those who ask at the same time, and never again', async () => {
    const { link, questions } = slowNode();
    const answers = createAnswers(link);
    const both = [answers.ask('cu.diff', args, new AbortController().signal), answers.ask('cu.diff', args, new AbortController().signal)];
    questions[0]?.answer(reply);
    expect(await Promise.all(both)).toEqual([reply, reply]);
    expect(answers.known('cu.diff', args)).toEqual(reply);
    await answers.ask('cu.diff', args, new AbortController().signal);
    expect(questions).toHaveLength(1);
  });

  it('cancels the question only when nobody waits any more', async () => {
    const { link, questions } = slowNode();
    const answers = createAnswers(link);
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [answers.ask('cu.diff', args, first.signal), answers.ask('cu.diff', args, second.signal)].map((one) =>
      one.catch((error: unknown) => error),
    );
    first.abort();
    expect(questions[0]?.signal?.aborted).toBe(false);
    second.abort();
    expect(questions[0]?.signal?.aborted).toBe(true);
    expect(await Promise.all(asked)).toEqual([
      expect.objectContaining({ code: 'CANCELLED' }),
      expect.objectContaining({ code: 'CANCELLED' }),
    ]);
    void answers.ask('cu.diff', args, new AbortController().signal);
    expect(questions).toHaveLength(2);
  });

  it('forgets everything when another project opens', async () => {
    const { link, questions, changeProject } = slowNode();
    const answers = createAnswers(link);
    const asked = answers.ask('cu.diff', args, new AbortController().signal);
    questions[0]?.answer(reply);
    await asked;
    changeProject();
    expect(answers.known('cu.diff', args)).toBeUndefined();
  });
});
