import { expect, onTestFinished, test, vi } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import type { ProgramChecked } from '../../node/contract/modules.ts';
import { announcer, serve } from '../../node/contract/rpc.ts';
import { createLink } from '../link/link.ts';
import { pair } from '../link/pair.fixture.ts';
import { createEditorStore } from '../stores/editor-store.ts';
import { createWorkspaceStore } from '../stores/workspace-store.ts';
import { followPrograms } from './program-feed.ts';

const opened = (path: string, source: string) =>
  ({
    path,
    name: 'Project',
    manifest: { version: 1, name: 'Project', processes: [{ name: 'counter', source }] },
    problem: null,
    isScratch: false,
    isReadOnly: false,
  }) as const;

/** What a compiler finds in every file of a program. */
function found(file: string, files: readonly string[]): ProgramChecked {
  const place = { line: 1, column: 1, endLine: 1, endColumn: 2 };
  return { file, files, marks: files.map((path) => ({ file: path, severity: 'error', message: 'wrong', code: 'AS1', ...place })) };
}

/** A project whose programs have these files; `hold` keeps answers back until `go`. */
function project(programs: Readonly<Record<string, readonly string[]>>, source: string) {
  const { link, attach } = createLink();
  const [near, far] = pair();
  attach(near);
  const asked: string[] = [];
  const held: (() => void)[] = [];
  let isHeld = false;
  serve(far, {
    'files.read': async ({ path }) => ({ path, text: 'text', version: path }),
    'modules.check': async ({ file }) => {
      asked.push(file);
      if (isHeld) await new Promise<void>((go) => held.push(go));
      const files = programs[file];
      if (files === undefined) throw new AoError('FILE_MISSING', { path: file });
      return found(file, files);
    },
  });
  const tell = announcer(far);
  const editor = createEditorStore(link, () => undefined);
  const workspace = createWorkspaceStore(link, () => undefined);
  workspace.setState({ project: opened('/one', source) });
  onTestFinished(followPrograms({ link, editor, workspace }));
  const marked = (): string[] => [...editor.getState().marks].flatMap(([path, marks]) => (marks.length > 0 ? [path] : []));
  return { asked, held, editor, tell, marked, hold: () => (isHeld = true) };
}

test('scripts of tools and declarations are no programs, and get no marks', async () => {
  const { asked, editor, marked } = project({ 'src/counter.ts': ['src/counter.ts', 'src/ao.ts'] }, 'src/counter.ts');
  for (const path of ['src/counter.ts', 'vite.config.ts', 'src/env.d.ts', 'scripts/build.ts']) await editor.getState().open(path);
  await vi.waitFor(() => expect(marked()).toEqual(['src/counter.ts', 'src/ao.ts']));
  // What is typed there is looked at when all is known of the program, and so is what is typed into the program: that comes last.
  for (const path of ['vite.config.ts', 'src/env.d.ts', 'scripts/build.ts', 'src/counter.ts']) editor.getState().edit(path, 'other');
  const before = asked.length;
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before));
  expect(new Set(asked)).toEqual(new Set(['src/counter.ts']));
});

test('another project begins without the marks of the one before, and without what was asked about it', async () => {
  const { asked, held, editor, tell, marked, hold } = project({ 'counter.ts': ['counter.ts'] }, 'counter.ts');
  await editor.getState().open('counter.ts');
  await vi.waitFor(() => expect(marked()).toEqual(['counter.ts']));
  hold();
  editor.getState().edit('counter.ts', 'other');
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const { length } = asked;
  tell('project.changed', { project: opened('/two', 'main.lua') });
  await vi.waitFor(() => expect(marked()).toEqual([]));
  held[0]?.();
  // A question that is asked after it is answered after it.
  await editor.getState().open('notes.md');
  expect([marked(), asked.length]).toEqual([[], length]);
});
