import { AoError } from '../../node/contract/errors.ts';
import { TEST_FILE, wholeName } from '../../node/contract/tests.ts';
import { placeOf, rowOfFocus } from '../model/lookup.ts';
import type { App } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import { openRecording } from './recording.ts';
import type { Command } from './registry.ts';

const category = 'Tests';

/** Running the project's tests, and making new ones from what happened. */
export function testsCommands(app: App): Command[] {
  const tests = app.tests.getState;
  const isOwn = (): boolean => app.workspace.getState().project?.isReadOnly === false;
  const here = () => {
    const { world } = app.world.getState();
    const row = rowOfFocus(world, app.focus.getState().focus);
    // A message to a wallet has no slot: the one that sent it belongs to the same journey.
    const place = row === null ? null : placeOf(world, row);
    if (place !== null) return { process: place.process, slot: place.slot, ...(place.tick === null ? {} : { tick: place.tick }) };
    if (row === null || row.cause === null) return null;
    const { process, slot, tick } = row.cause;
    return { process, slot, ...(tick === undefined ? {} : { tick }) };
  };
  const failed = () => [...tests().results.values()].filter(({ state }) => state === 'failed').map(({ file, name }) => ({ file, name }));
  return [
    {
      id: 'tests.runAll',
      title: 'Run all tests',
      category,
      keys: 'Alt+KeyR',
      isEnabled: isOwn,
      async run() {
        await saveAll(app);
        app.ui.getState().dock?.show('tests');
        await tests().run({ files: null });
      },
    },
    {
      id: 'tests.runFile',
      title: 'Run the tests of this file',
      category,
      isEnabled: () => isOwn() && isTestFile(app.editor.getState().active),
      async run(path) {
        const file = path ?? app.editor.getState().active;
        if (file === null || !isTestFile(file)) return;
        await saveAll(app);
        app.ui.getState().dock?.show('tests');
        await tests().run({ files: [file] });
      },
    },
    {
      id: 'tests.runFailed',
      title: 'Run the failed tests again',
      category,
      keys: 'Shift+Alt+KeyR',
      isEnabled: () => isOwn() && failed().length > 0,
      async run() {
        await saveAll(app);
        app.ui.getState().dock?.show('tests');
        const only = failed();
        await tests().run({ files: [...new Set(only.map(({ file }) => file))], only });
      },
    },
    {
      id: 'tests.runCovered',
      title: 'Run all tests and count which lines ran',
      category,
      isEnabled: isOwn,
      async run() {
        await saveAll(app);
        tests().setCovered(true);
        app.ui.getState().dock?.show('tests');
        await tests().run({ files: null });
      },
    },
    {
      id: 'tests.coverage',
      title: 'Count lines and handlers in tests: on or off',
      category,
      run: () => tests().setCovered(!tests().isCovered),
    },
    { id: 'tests.stop', title: 'Stop the tests', category, isEnabled: () => tests().isRunning, run: () => tests().stop() },
    {
      id: 'tests.onSave',
      title: 'Run tests when a file is saved: on or off',
      category,
      run: () => tests().setOnSave(!tests().isOnSave),
    },
    {
      id: 'tests.save',
      title: 'Save this journey as a test',
      category,
      keys: 'KeyT',
      isEnabled: () => isOwn() && here() !== null,
      async run() {
        const at = here();
        if (at === null) throw new AoError('TEST_NO_JOURNEY');
        const saved = await app.workspace.getState().during('Writing the test…', () => app.link.ask('tests.save', at));
        await app.workspace.getState().refreshFiles();
        app.ui.getState().dock?.openFile(saved.file);
        app.ui.getState().dock?.show('tests');
        tests().select(wholeName({ file: saved.file, name: [saved.name] }));
        await tests().run({ files: [saved.file] });
      },
    },
    {
      id: 'tests.openRun',
      title: 'Open the history of the failed test at its message',
      category,
      isEnabled: () => recordingOf(app) !== null,
      async run(file) {
        const path = file ?? recordingOf(app);
        if (path !== null) await openRecording(app, path);
      },
    },
  ];
}

/** Of the test that is selected. */
function recordingOf(app: App): string | null {
  const { selected, results } = app.tests.getState();
  return selected === null ? null : (results.get(selected)?.recording ?? null);
}

/** Tests read what is on the disk. @throws AoError as files.write. */
async function saveAll(app: App): Promise<void> {
  for (const file of app.editor.getState().files.values()) if (isDirty(file)) await app.editor.getState().save(file.path);
}

/** What stands in such a file is run as tests, never evaluated in a process. */
export function isTestFile(path: string | null): boolean {
  return path?.endsWith(TEST_FILE) === true;
}
