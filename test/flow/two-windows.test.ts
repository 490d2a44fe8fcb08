import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { toSlot } from '../../node/contract/ids.ts';
import { UNITS, type Fact } from '../../node/contract/trace.ts';
import { createHub, type Hub } from '../../node/host/hub.ts';
import { openProject } from '../../renderer/commands/project.ts';
import { createLink, type Link } from '../../renderer/link/link.ts';
import { pair } from '../../renderer/link/pair.fixture.ts';
import { emptyWorld, reduce } from '../../renderer/model/world.ts';
import { createCallStore } from '../../renderer/stores/call-store.ts';
import { createConsoleStore } from '../../renderer/stores/console-store.ts';
import { keepDrafts } from '../../renderer/stores/drafts.ts';
import { createEditorStore, isDirty } from '../../renderer/stores/editor-store.ts';
import { createFlowStore } from '../../renderer/stores/flow-store.ts';
import { createFocusStore } from '../../renderer/stores/focus-store.ts';
import { createInspectStore } from '../../renderer/stores/inspect-store.ts';
import { createSearchStore } from '../../renderer/stores/search-store.ts';
import { createSessionStore } from '../../renderer/stores/session-store.ts';
import { createUiStore } from '../../renderer/stores/ui-store.ts';
import { createWorkspaceStore } from '../../renderer/stores/workspace-store.ts';
import type { WorldState } from '../../renderer/stores/world-store.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { newProject, type TestProject } from '../kit/project.ts';
import { workspaceOn } from '../kit/workspace.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const fail = (error: unknown): void => {
  throw error;
};

function projectOf(files: Readonly<Record<string, string>>): TestProject {
  const project = newProject({ 'aoscope.json': '{ "version": 1, "name": "P", "processes": [] }', ...files });
  onTestFinished(() => project.remove());
  return project;
}

async function nodeOn(project: TestProject, node?: TestNode): Promise<Hub> {
  node ??= await startNode();
  const hub: Hub = createHub({ shell: () => workspace.handlers });
  const workspace = await workspaceOn(node, await mkdtemp(join(tmpdir(), 'aoscope-windows-')), project.path, { tell: hub.tell });
  return hub;
}

function linkTo(hub: Hub): { readonly link: Link; readonly close: () => void } {
  const { link, attach } = createLink();
  const [near, far] = pair();
  const close = hub.attachWindow(far);
  attach(near);
  onTestFinished(close);
  return { link, close };
}

/** What of a window has to do with files: their tabs close with the project, as the dock does it. */
function editing(hub: Hub) {
  const { link, close } = linkTo(hub);
  const workspace = createWorkspaceStore(link, fail);
  const editor = createEditorStore(link, fail);
  keepDrafts(link, workspace, editor, fail);
  let known: string | undefined;
  workspace.subscribe(({ project }) => {
    if (project?.path === known) return;
    known = project?.path;
    for (const path of editor.getState().files.keys()) editor.getState().close(path);
  });
  const { open, edit, save, close: closeFile } = editor.getState();
  const file = (path: string) => editor.getState().files.get(path);
  return {
    link,
    close,
    open,
    edit,
    save,
    closeFile,
    text: (path: string) => file(path)?.text,
    isDirty(path: string): boolean {
      const now = file(path);
      return now !== undefined && isDirty(now);
    },
    async ready(): Promise<void> {
      await expect.poll(() => workspace.getState().isProjectKnown, PATIENCE).toBe(true);
    },
  };
}

/** The unsaved texts that the node has of a project. */
async function keptOf(hub: Hub, { path }: TestProject): Promise<Readonly<Record<string, string>>> {
  const { drafts } = await hub.ask('drafts.list', { project: path });
  return Object.fromEntries(drafts.map((draft) => [draft.path, draft.text]));
}

it('what is typed in one window neither replaces nor brings back what is typed in the other', async () => {
  const project = projectOf({ 'a.lua': 'a = 0\n', 'b.lua': 'b = 0\n' });
  const hub = await nodeOn(project);
  const [one, other] = [editing(hub), editing(hub)];
  await Promise.all([one.ready(), other.ready()]);
  await one.open('a.lua');
  await other.open('b.lua');
  one.edit('a.lua', 'a = 1\n');
  other.edit('b.lua', 'b = 1\n');
  await expect.poll(() => keptOf(hub, project), PATIENCE).toEqual({ 'a.lua': 'a = 1\n', 'b.lua': 'b = 1\n' });

  // Whoever opens the file in the other window goes on with what stands there, and is followed.
  await other.open('a.lua');
  await expect.poll(() => other.text('a.lua'), PATIENCE).toBe('a = 1\n');
  other.edit('a.lua', 'a = 12\n');
  await expect.poll(() => one.text('a.lua'), PATIENCE).toBe('a = 12\n');
  one.edit('a.lua', 'a = 123\n');
  await expect.poll(() => other.text('a.lua'), PATIENCE).toBe('a = 123\n');
  expect(await one.save('a.lua')).toBe(true);
  await expect.poll(() => other.isDirty('a.lua'), PATIENCE).toBe(false);
  expect(other.text('a.lua')).toBe('a = 123\n');
  await expect.poll(() => keptOf(hub, project), PATIENCE).toEqual({ 'b.lua': 'b = 1\n' });

  // A third one opens with it, and a fourth after all were closed.
  const third = editing(hub);
  await expect.poll(() => third.text('b.lua'), PATIENCE).toBe('b = 1\n');
  for (const { close } of [one, other, third]) close();
  const fourth = editing(hub);
  await expect.poll(() => fourth.text('b.lua'), PATIENCE).toBe('b = 1\n');
  fourth.closeFile('b.lua');
  await expect.poll(() => keptOf(hub, project), PATIENCE).toEqual({});
}, 90_000);

it('text that was typed here stays where another window closes its file without saving', async () => {
  const project = projectOf({ 'a.lua': 'a = 0\n' });
  const hub = await nodeOn(project);
  const [one, other] = [editing(hub), editing(hub)];
  await Promise.all([one.ready(), other.ready()]);
  await one.open('a.lua');
  await other.open('a.lua');
  one.edit('a.lua', 'a = 1\n');
  await expect.poll(() => other.text('a.lua'), PATIENCE).toBe('a = 1\n');
  let isLetGo = false;
  hub.on('drafts.changed', ({ isClosed }) => (isLetGo ||= isClosed));
  other.closeFile('a.lua');
  await expect.poll(() => isLetGo, PATIENCE).toBe(true);
  await expect.poll(() => keptOf(hub, project), PATIENCE).toEqual({ 'a.lua': 'a = 1\n' });
  expect(one.text('a.lua')).toBe('a = 1\n');
}, 90_000);

it('a project that one window opens leaves what was just typed in the other to be found again', async () => {
  const [left, next] = [projectOf({ 'a.lua': 'a = 0\n' }), projectOf({ 'a.lua': 'other = 0\n' })];
  const hub = await nodeOn(left);
  const [one, other] = [editing(hub), editing(hub)];
  await Promise.all([one.ready(), other.ready()]);
  await other.open('a.lua');
  // So that it is known what the node has.
  other.edit('a.lua', 'a = 1\n');
  await expect.poll(() => keptOf(hub, left), PATIENCE).toEqual({ 'a.lua': 'a = 1\n' });
  const opening = one.link.ask('project.open', { path: next.path });
  other.edit('a.lua', 'a = 12\n');
  await opening;
  await expect.poll(() => keptOf(hub, left), PATIENCE).toEqual({ 'a.lua': 'a = 12\n' });
  await other.open('a.lua');
  expect(other.text('a.lua')).toBe('other = 0\n');
  expect(await keptOf(hub, next)).toEqual({});
  await one.link.ask('project.open', { path: left.path });
  await expect.poll(() => other.text('a.lua'), PATIENCE).toBe('a = 12\n');
}, 90_000);

/** What of a window is found again as it was left. */
function looking(hub: Hub, isLastUsed: () => boolean, facts: readonly Fact[] = []) {
  const { link } = linkTo(hub);
  const workspace = createWorkspaceStore(link, fail);
  const world = createStore<WorldState>()(() => ({ world: reduce(emptyWorld(), facts), isLoading: false, generation: 0 }));
  const focus = createFocusStore(link, world);
  const flow = createFlowStore(link, world, focus, workspace, createCallStore(link, workspace));
  const inspect = createInspectStore(link);
  const console = createConsoleStore(link, workspace);
  const editor = createEditorStore(link, fail);
  const search = createSearchStore(link, workspace, editor);
  const session = createSessionStore(link, { workspace, world, focus, flow, console, search, inspect, isLastUsed });
  return {
    open: (project: TestProject) => link.ask('project.open', { path: project.path }),
    /** Resolves once `project` stands here as it was left. */
    async in(project: TestProject) {
      await expect.poll(() => workspace.getState().project?.path, PATIENCE).toBe(project.path);
      await session.getState().settled();
    },
    type: (typed: string) => console.getState().change('p', { typed }),
    typed: () => console.getState().of('p').typed,
    session,
    app: { link, workspace, world, focus, session, editor, ui: createUiStore(link, 'dark') },
  };
}

async function sessionOf(hub: Hub, { path }: TestProject): Promise<unknown> {
  return (await hub.ask('shell.recallOf', { key: 'session', project: path })).value;
}

it('what stands in a console and where an editor stands are kept over a look at another project', async () => {
  const [left, next] = [projectOf({ 'a.lua': 'a = 0\n' }), projectOf({ 'a.lua': 'b = 0\n' })];
  const hub = await nodeOn(left);
  const window = looking(hub, () => true);
  await window.in(left);
  window.type('return 1');
  window.session.getState().setView(left.path, 'a.lua', { line: 7 });
  await expect.poll(() => sessionOf(hub, left), PATIENCE).toMatchObject({ typed: { p: 'return 1' } });
  await window.open(next);
  await window.in(next);
  expect(window.typed()).toBe('');
  // An editor of the project that was left says where it stood as it goes.
  window.session.getState().setView(left.path, 'a.lua', { line: 9 });
  expect(window.session.getState().views.size).toBe(0);
  window.type('return 2');
  await window.open(left);
  await window.in(left);
  expect(window.typed()).toBe('return 1');
  expect(window.session.getState().views.get('a.lua')).toEqual({ line: 7 });
  await window.open(next);
  await window.in(next);
  expect(window.typed()).toBe('return 2');
}, 90_000);

it('a window that stands idle does not write its own over how the project was left in the one in use', async () => {
  const project = projectOf({});
  const hub = await nodeOn(project);
  let used = 'one';
  const [one, other] = [looking(hub, () => used === 'one'), looking(hub, () => used === 'other')];
  await Promise.all([one.in(project), other.in(project)]);
  one.type('return 1');
  other.type('return 2');
  await expect.poll(() => sessionOf(hub, project), PATIENCE).toMatchObject({ typed: { p: 'return 1' } });
  used = 'other';
  other.type('return 3');
  one.type('return 4');
  await expect.poll(() => sessionOf(hub, project), PATIENCE).toMatchObject({ typed: { p: 'return 3' } });
}, 90_000);

it('a project that is opened in a running app has the slot in focus with which it was left, however long its history takes to read', async () => {
  const node = await startNode();
  const process = await node.spawn('Count = 0', [{ name: 'Name', value: 'counter' }]);
  for (const action of ['One', 'Two']) await node.send(process, action);
  const facts = (await Promise.all(UNITS.map((unit) => node.facts(unit)))).flat();
  const manifest = JSON.stringify({ version: 1, name: 'Left', processes: [{ name: 'counter', source: 'counter.lua' }] });
  const [left, next] = [projectOf({ 'aoscope.json': manifest, 'counter.lua': 'Count = 0' }), projectOf({})];
  const hub = await nodeOn(left, node);
  const { app, ...window } = looking(hub, () => true, facts);
  await window.in(left);
  app.focus.getState().setFocus({ process, slot: toSlot(1) });
  await expect.poll(() => sessionOf(hub, left), PATIENCE).toMatchObject({ focus: expect.stringContaining('slot=1') });
  await window.open(next);
  await window.in(next);
  expect(app.focus.getState().focus.slot).toBeNull();

  app.world.setState({ isLoading: true });
  await openProject(app, left.path);
  // The process is known already, and what follows it is looked at, while other units are still read.
  for (let asked = 0; asked < 20; asked++) await app.link.ask('files.list', {});
  app.world.setState({ isLoading: false });
  await expect.poll(() => app.focus.getState().focus, PATIENCE).toMatchObject({ process, slot: 1 });
}, 90_000);
