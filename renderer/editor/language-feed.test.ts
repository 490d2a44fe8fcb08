import { expect, onTestFinished, test, vi } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import { announcer, serve } from '../../node/contract/rpc.ts';
import { LanguageClient } from '../language/client.ts';
import { pipeTo, realLanguage } from '../language/language.fixture.ts';
import { createLink } from '../link/link.ts';
import { pair } from '../link/pair.fixture.ts';
import { createEditorStore } from '../stores/editor-store.ts';
import { createWorkspaceStore } from '../stores/workspace-store.ts';
import { LanguageFeed, sourcesOf } from './language-feed.ts';

const OPENED = {
  path: '/project',
  name: 'Project',
  manifest: { version: 1, name: 'Project', processes: [] },
  problem: null,
  isScratch: false,
  isReadOnly: false,
} as const;

/** A project of files, the stores that show it, and the language that is fed from them. @param isFollowed false where the test begins that itself. */
function project(disk: Map<string, string>, isFollowed = true) {
  const { link, attach } = createLink();
  const [near, far] = pair();
  attach(near);
  serve(far, {
    'files.read': async ({ path }) => {
      const text = disk.get(path);
      if (text === undefined) throw new AoError('FILE_MISSING', { path });
      return { path, text, version: text };
    },
  });
  const tell = announcer(far);
  const editor = createEditorStore(link, () => undefined);
  const workspace = createWorkspaceStore(link, () => undefined);
  const list = (): void => workspace.setState({ entries: [...disk.keys()].map((path) => ({ path, kind: 'file' })) });
  list();
  const client = new LanguageClient();
  client.start(pipeTo(realLanguage()));
  const feed = new LanguageFeed(client, { link, editor, workspace });
  if (isFollowed) feed.follow();
  onTestFinished(() => feed.stop());
  const write = (path: string, text: string): void => {
    disk.set(path, text);
    tell('files.changed', { changes: [{ path, change: 'changed', kind: 'file' }] });
  };
  const codes = (path: string): string[] => (editor.getState().marks.get(path) ?? []).map(({ code }) => code);
  return { editor, workspace, feed, list, write, codes, disk };
}

const BROKEN = 'local x = = 1\n';

test('errors of files that nobody opened are marked, and go when the disk has another text', async () => {
  const { codes, write, editor } = project(
    new Map([
      ['a.lua', BROKEN],
      ['notes.txt', BROKEN],
    ]),
  );
  await vi.waitFor(() => expect(codes('a.lua')).toEqual(['LUA_SYNTAX']));
  expect(editor.getState().marks.get('a.lua')).toMatchObject([{ line: 1, severity: 'error' }]);
  write('a.lua', 'local x = 1\n');
  await vi.waitFor(() => expect(codes('a.lua')).toEqual([]));
  expect(codes('notes.txt')).toEqual([]);
});

test('what is typed counts before what is saved, until the tab is closed', async () => {
  const { codes, editor, feed } = project(new Map([['a.lua', BROKEN]]));
  await vi.waitFor(() => expect(codes('a.lua')).toEqual(['LUA_SYNTAX']));
  await editor.getState().open('a.lua');
  editor.getState().edit('a.lua', 'local x = 1\n');
  expect(feed.textOf('a.lua')).toBe('local x = 1\n');
  await vi.waitFor(() => expect(codes('a.lua')).toEqual([]));
  editor.getState().close('a.lua');
  await vi.waitFor(() => expect(codes('a.lua')).toEqual(['LUA_SYNTAX']));
});

test('a file that is open before the language begins is understood as well as the others', async () => {
  const { editor, workspace, feed } = project(
    new Map([
      ['lib.lua', 'local M = {}\nfunction M.add() end\nreturn M\n'],
      ['main.lua', 'local lib = require("lib")\nlib.add()\n'],
    ]),
    false,
  );
  workspace.setState({ project: OPENED });
  await editor.getState().open('main.lua');
  feed.follow();
  await feed.whenRead();
  expect(await feed.client.ask('renaming', ['main.lua', 32])).toMatchObject({
    name: 'add',
    places: [{ path: 'lib.lua' }, { path: 'main.lua' }],
  });
  // The same project anew, told of before its files are: none of them is lost.
  workspace.setState({ project: { ...OPENED, path: '/other' } });
  await feed.whenRead();
  expect([feed.textOf('main.lua'), feed.textOf('lib.lua')]).not.toContain(null);
});

test('what one file stops making is marked in the other, and a file that goes has no marks', async () => {
  const { codes, write, list, disk, feed } = project(
    new Map([
      ['lib.lua', 'Total = 1\n'],
      ['main.lua', 'print(Total)\n'],
    ]),
  );
  await vi.waitFor(() => expect(feed.textOf('main.lua')).not.toBeNull());
  write('lib.lua', 'Other = 1\n');
  await vi.waitFor(() => expect(codes('main.lua')).toEqual(['UNDEFINED_GLOBAL']), { timeout: 5_000 });
  disk.delete('main.lua');
  list();
  await vi.waitFor(() => expect(codes('main.lua')).toEqual([]));
});

test('what a process runs on is told by its module, where that is known', () => {
  const processes = [
    { name: 'a', source: 'a.lua' },
    { name: 'b', source: 'b.lua', module: 'aos 2.0.6' },
    { name: 'c', source: 'c.lua', module: 'ghSkge2sIUD_F00ym5sEimC63BDBuBrq4b5OcwxOjiw' },
    { name: 'd', source: 'd.lua', module: 'mine.wasm' },
    { name: 'e', source: 'e.wasm' },
  ];
  expect(sourcesOf({ version: 1, name: 'Some', processes })).toEqual([
    ['a.lua', 'lua'],
    ['b.lua', 'aos 2'],
    ['c.lua', 'aos 1'],
  ]);
  expect(sourcesOf(undefined)).toEqual([]);
});
