import { expect, test } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import { serve } from '../../node/contract/rpc.ts';
import { askingTrust } from './ask-trust.ts';
import { createLink, type Link } from './link.ts';
import { pair } from './pair.fixture.ts';

/** A node that builds nothing before it is told to, and a person who answers. */
function project(answer: string | null): { readonly link: Link; readonly questions: string[]; readonly trusted: string[] } {
  const ends = createLink();
  const [near, far] = pair();
  ends.attach(near);
  const [questions, trusted]: [string[], string[]] = [[], []];
  const build = (): void => {
    if (!trusted.includes('/p')) throw new AoError('BUILD_NOT_TRUSTED', { file: 'a.c', folder: '/p' });
  };
  serve(far, {
    'project.run': async () => {
      build();
      return { processes: [] };
    },
    'tests.run': async () => {
      build();
      return { passed: 0, failed: 0, skipped: 0, broken: 0, durationMs: 0, coverage: null };
    },
    'project.trustBuild': async ({ folder }) => {
      trusted.push(folder);
      return {};
    },
  });
  const link = askingTrust(ends.link, async (sentence) => {
    questions.push(sentence);
    return answer;
  });
  return { link, questions, trusted };
}

test('a person is asked once, and what was asked for is done after a yes', async () => {
  const { link, questions, trusted } = project('Trust this folder');
  expect(await Promise.all([link.ask('project.run', {}), link.ask('project.run', {})])).toEqual([{ processes: [] }, { processes: [] }]);
  await link.ask('project.run', {});
  expect([questions, trusted]).toEqual([[expect.stringContaining('/p has programs in C or Rust') as string], ['/p']]);
});

test('after a no nothing is built, and tests that run on every save do not ask again', async () => {
  const { link, questions, trusted } = project('Do not build');
  const refusal = { code: 'BUILD_NOT_TRUSTED' };
  await expect(link.ask('tests.run', { files: null, pattern: null, module: null })).rejects.toMatchObject(refusal);
  await expect(link.ask('tests.run', { files: null, pattern: null, module: null })).rejects.toMatchObject(refusal);
  expect(questions).toHaveLength(1);
  await expect(link.ask('project.run', {})).rejects.toMatchObject(refusal);
  expect([questions.length, trusted]).toEqual([2, []]);
});
