import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AoError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { TEST_FILE, type FoundTests, type TestEvent, type TestRunReply, type TestWish } from '../contract/tests.ts';
import { testFiles } from '../tests/find.ts';
import { testOfJourney } from '../tests/from-journey.ts';
import { runTests } from '../tests/run-tests.ts';
import { openInFlight } from './modules/in-flight.ts';
import type { WorkspaceOptions } from './ports.ts';
import type { Project } from './project.ts';
import type { Projects } from './projects.ts';
import type { Signing } from './signing.ts';
import { mustBeTrusted, programsOf, type BuildTrust, type TrustSource } from './trust.ts';

type TestHandlers = Pick<HandlersOf<'shell'>, 'tests.find' | 'tests.run' | 'tests.save'>;

interface TestPorts {
  readonly options: WorkspaceOptions;
  readonly modulesDir: string;
  readonly trust: BuildTrust;
  /** The same, to be told to a thread. */
  readonly trustSource: TrustSource;
  readonly signing: Signing;
  readonly projects: Projects;
}

/** Seconds without a word from a test after which its file is given up. */
const TIME_MS = 60_000;
const LOOSENED_MAX = 6;

/** Are there tests in this project folder? */
export async function hasTests(path: string): Promise<boolean> {
  return (await testFiles(path)).length > 0;
}

/**
 * The tests of the open project. They run on nodes of their own, so nothing of them is seen on the project's. Who asks for the same run of the
 * same files while it is under way shares it.
 */
export function testHandlers({ options, modulesDir, trust, trustSource, signing, projects }: TestPorts): TestHandlers {
  const run = async (wish: TestWish, isListing: boolean, signal: AbortSignal, tell: (event: TestEvent) => void): Promise<TestRunReply> => {
    const project = projects.current();
    const all = await testFiles(project.path);
    const { assetsDir, version } = options;
    const keepDir = keptIn(project);
    if (!isListing && wish.files === null && wish.only === undefined) await rm(keepDir, { recursive: true, force: true });
    return runTests({
      files: all.filter((file) => wish.files === null || wish.files.includes(file)),
      script: join(assetsDir, '..', 'node', 'test-worker.cjs'),
      jobs: availableParallelism(),
      timeMs: TIME_MS,
      task: {
        project: project.path,
        wish,
        assetsDir,
        modulesDir,
        trust: trustSource,
        keepDir: project.recording === null ? keepDir : null,
        isListing,
        isCovered: wish.isCovered === true,
        version,
      },
      isWhole: wish.files === null && wish.only === undefined && wish.pattern === null,
      signal,
      tell,
    });
  };
  // Several windows look at the project: each of them asks when a file was saved.
  const underWay = openInFlight<TestRunReply>();
  /** What is not so in a second run either depends on what was under way at the same time: that is taken back. */
  const loosen = async (files: Project['files'], file: string): Promise<void> => {
    for (let attempt = 0; attempt < LOOSENED_MAX; attempt++) {
      let line = 0;
      const wish = { files: [file], pattern: null, module: null };
      await run(wish, false, new AbortController().signal, (event) => {
        if (event.kind === 'ended') line = event.result.failure?.place?.line ?? 0;
      });
      const lines = (await files.read(file)).text.split('\n');
      const failed = lines[line - 1];
      if (failed === undefined || !/^  expect\(.*\)$/.test(failed)) return;
      lines[line - 1] = `  -- Another time it was otherwise: ${failed.trim()}`;
      await files.write(file, lines.join('\n'), null);
    }
  };
  return {
    async 'tests.find'({ files }, signal) {
      const found = new Map<string, FoundTests>();
      await run({ files, pattern: null, module: null }, true, signal, (event) => {
        if (event.kind === 'found') found.set(event.file, { file: event.file, tests: event.tests, error: null });
        if (event.kind === 'file' && event.error !== null) found.set(event.file, { file: event.file, tests: [], error: event.error });
      });
      return { files: [...found.values()].sort((one, other) => (one.file < other.file ? -1 : 1)) };
    },
    async 'tests.run'(wish, signal) {
      const { path, info } = projects.current();
      await mustBeTrusted([...programsOf(info().manifest), wish.module], path, trust);
      // A run that has begun before the last change is none of those: it may have read files as they were.
      const key = JSON.stringify([path, projects.changes(), wish]);
      return underWay.ask(key, signal, (stop) => run(wish, false, stop, (event) => options.tell('tests.event', event)));
    },
    'tests.save': ({ process, slot, tick }) =>
      projects.work(async ({ files, manifest, recording }) => {
        if (recording !== null) throw new AoError('RECORDING_READ_ONLY');
        const at = { process, slot, ...(tick === undefined ? {} : { tick }) };
        const { name, text } = await testOfJourney({ ask: options.ask, at, manifest: manifest().processes, own: signing.address() });
        const file = await freshName(files, name);
        await files.create(file, 'file');
        await files.write(file, text, null);
        await loosen(files, file);
        return { file, name };
      }),
  };
}

function keptIn({ dataDir }: Project): string {
  return join(dataDir, 'tests');
}

/** `tests/start-to-ping.test.lua`, with a number where that is taken. */
async function freshName(files: Project['files'], name: string): Promise<string> {
  const words = name
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()
    .slice(0, 60);
  const taken = new Set((await files.list()).map(({ path }) => path));
  if (!taken.has('tests')) await files.create('tests', 'folder');
  for (let number = 1; ; number++) {
    const file = `tests/${words || 'journey'}${number === 1 ? '' : `-${number}`}${TEST_FILE}`;
    if (!taken.has(file)) return file;
  }
}
