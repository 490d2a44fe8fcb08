import { beforeEach, expect, test, vi } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import { announcer, serve } from '../../node/contract/rpc.ts';
import type { Handlers } from '../../node/contract/handlers.ts';
import { createLink } from '../link/link.ts';
import { pair } from '../link/pair.fixture.ts';
import { createEditorStore, isDirty, type EditorStore } from './editor-store.ts';

const disk = new Map<string, { text: string; version: number }>();
let editor: EditorStore;
let changed: (path: string) => void;
/** Called when a write has reached the other side. */
let onWrite: () => void;
const onError = vi.fn<(error: unknown) => void>();

beforeEach(() => {
  disk.clear();
  disk.set('a.lua', { text: 'one', version: 1 });
  onError.mockReset();
  onWrite = () => undefined;
  const { link, attach } = createLink();
  const [near, far] = pair();
  const handlers: Pick<Handlers<'files.read' | 'files.write'>, 'files.read' | 'files.write'> = {
    'files.read': async ({ path }) => {
      const file = disk.get(path);
      if (file === undefined) throw new AoError('FILE_MISSING', { path });
      return { path, text: file.text, version: String(file.version) };
    },
    'files.write': async ({ path, text, version }) => {
      onWrite();
      const file = disk.get(path);
      if (version !== null && version !== String(file?.version)) throw new AoError('FILE_CHANGED_OUTSIDE', { path });
      disk.set(path, { text, version: (file?.version ?? 0) + 1 });
      return { version: String((file?.version ?? 0) + 1) };
    },
  };
  attach(near);
  serve(far, handlers);
  const tell = announcer(far);
  changed = (path) => tell('files.changed', { changes: [{ path, change: 'changed', kind: 'file' }] });
  editor = createEditorStore(link, onError);
});

const file = (): NonNullable<ReturnType<EditorStore['getState']>['files'] extends ReadonlyMap<string, infer F> ? F : never> => {
  const found = editor.getState().files.get('a.lua');
  if (found === undefined) throw new Error('a.lua is not open');
  return found;
};

test('an edit makes a file dirty, saving makes it clean and writes the disk', async () => {
  await editor.getState().open('a.lua');
  editor.getState().edit('a.lua', 'two');
  expect(isDirty(file())).toBe(true);
  expect(await editor.getState().save('a.lua')).toBe(true);
  expect(isDirty(file())).toBe(false);
  expect(disk.get('a.lua')?.text).toBe('two');
});

test('a clean file follows a change from outside', async () => {
  await editor.getState().open('a.lua');
  disk.set('a.lua', { text: 'outside', version: 2 });
  changed('a.lua');
  await vi.waitFor(() => expect(file().text).toBe('outside'));
  expect(isDirty(file())).toBe(false);
});

test('a dirty file keeps its text, says so, and can be saved over or reloaded', async () => {
  await editor.getState().open('a.lua');
  editor.getState().edit('a.lua', 'mine');
  disk.set('a.lua', { text: 'outside', version: 2 });
  changed('a.lua');
  await vi.waitFor(() => expect(file().conflict?.kind).toBe('changed'));
  expect(file().text).toBe('mine');
  await editor.getState().overwrite('a.lua');
  expect([disk.get('a.lua')?.text, file().conflict]).toEqual(['mine', null]);
});

test('saving over a change that was not noticed yet writes nothing and sets the conflict', async () => {
  await editor.getState().open('a.lua');
  editor.getState().edit('a.lua', 'mine');
  disk.set('a.lua', { text: 'outside', version: 2 });
  expect(await editor.getState().save('a.lua')).toBe(false);
  expect(disk.get('a.lua')?.text).toBe('outside');
  expect(file().conflict).toMatchObject({ kind: 'changed', disk: { text: 'outside' } });
  await editor.getState().reload('a.lua');
  expect([file().text, file().conflict]).toEqual(['outside', null]);
});

test('a file that is deleted outside stays open with its text', async () => {
  await editor.getState().open('a.lua');
  disk.delete('a.lua');
  changed('a.lua');
  await vi.waitFor(() => expect(file().conflict?.kind).toBe('removed'));
  expect(file().text).toBe('one');
});

test('what is typed while a save is on its way stays dirty', async () => {
  await editor.getState().open('a.lua');
  editor.getState().edit('a.lua', 'two');
  onWrite = () => editor.getState().edit('a.lua', 'three');
  await editor.getState().save('a.lua');
  expect([file().text, file().saved, isDirty(file())]).toEqual(['three', 'two', true]);
});

test('a file that cannot be read is no open file', async () => {
  await expect(editor.getState().open('none.lua')).rejects.toMatchObject({ code: 'FILE_MISSING' });
  expect(editor.getState().files.has('none.lua')).toBe(false);
});

test('text that was never saved comes back, and as a conflict where the file changed meanwhile', async () => {
  await editor.getState().open('a.lua');
  editor.getState().restore('a.lua', 'draft', '1');
  expect([file().text, file().conflict, isDirty(file())]).toEqual(['draft', null, true]);
  await editor.getState().reload('a.lua');
  editor.getState().restore('a.lua', 'older draft', '0');
  expect(file().conflict).toMatchObject({ kind: 'changed', disk: { text: 'one', version: '1' } });
});
