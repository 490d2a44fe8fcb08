import { expect, test, vi } from 'vitest';
import type { Handlers } from '../../node/contract/handlers.ts';
import type { Json } from '../../node/contract/outcome.ts';
import { announcer, serve } from '../../node/contract/rpc.ts';
import type { TestRunReply } from '../../node/contract/tests.ts';
import { createLink } from '../link/link.ts';
import { pair } from '../link/pair.fixture.ts';
import { createTestsStore, type TestsStore } from './tests-store.ts';
import { createWorkspaceStore } from './workspace-store.ts';

interface Opened {
  readonly tests: TestsStore;
  /** As another window would. */
  choose(key: string, value: Json): void;
  /** The run that is under way comes to its end. */
  endRun(reply: TestRunReply): void;
}

function opened(): Opened {
  const { link, attach } = createLink();
  const [near, far] = pair();
  const remembered = new Map<string, Json>();
  let end: (reply: TestRunReply) => void = () => undefined;
  const handlers: Pick<Handlers<'shell.recall' | 'shell.remember' | 'tests.run'>, 'shell.recall' | 'shell.remember' | 'tests.run'> = {
    'shell.recall': async ({ key }) => ({ value: remembered.get(key) ?? null }),
    'shell.remember': async ({ key, value }) => {
      remembered.set(key, value);
      return {};
    },
    'tests.run': () =>
      new Promise<TestRunReply>((resolve) => {
        end = resolve;
      }),
  };
  attach(near);
  serve(far, handlers);
  const tell = announcer(far);
  const fail = (error: unknown): never => {
    throw error;
  };
  return {
    tests: createTestsStore(
      link,
      createWorkspaceStore(link, () => undefined),
      fail,
    ),
    choose(key, value) {
      remembered.set(key, value);
      tell('settings.changed', { key });
    },
    endRun: (reply) => end(reply),
  };
}

const COUNTED: TestRunReply = {
  passed: 1,
  failed: 0,
  skipped: 0,
  broken: 0,
  durationMs: 5,
  coverage: [{ file: 'a.lua', version: null, lines: { 1: 1 }, handlers: [] }],
};

test('coverage that is switched off while tests run does not come back with their end', async () => {
  const { tests, choose, endRun } = opened();
  choose('tests.coverage', true);
  await vi.waitFor(() => expect(tests.getState().isCovered).toBe(true));
  const kept = tests.getState().run({ files: null });
  await vi.waitFor(() => {
    endRun(COUNTED);
    expect(tests.getState().isRunning).toBe(false);
  });
  await kept;
  expect(tests.getState().coverage).toHaveLength(1);

  const running = tests.getState().run({ files: null });
  tests.getState().setCovered(false);
  await vi.waitFor(() => {
    endRun(COUNTED);
    expect(tests.getState().isRunning).toBe(false);
  });
  await running;
  expect(tests.getState().last).toMatchObject({ passed: 1 });
  expect(tests.getState().coverage).toBe(null);
});

test('what another window chose holds here', async () => {
  const { tests, choose } = opened();
  choose('tests.onSave', true);
  await vi.waitFor(() => expect(tests.getState().isOnSave).toBe(true));
  choose('tests.coverage', true);
  await vi.waitFor(() => expect(tests.getState().isCovered).toBe(true));
});
