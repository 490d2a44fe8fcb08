import { createDockview } from 'dockview-react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../node/contract/rpc.ts';
import { openSettings } from '../../node/workspace/settings.ts';
import { createLink } from '../link/link.ts';
import { pair } from '../link/pair.fixture.ts';
import { project } from '../stores/deploy.fixture.ts';
import { createEditorStore } from '../stores/editor-store.ts';
import { projectMemory } from '../stores/project-memory.ts';
import { createWorkspaceStore } from '../stores/workspace-store.ts';
import { build } from './layout.ts';
import { followProjects, parseLayout } from './remember-layout.ts';

const ignore = (): void => undefined;

test('a project whose layout is broken opens with the first layout of all, not with an empty window', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aoscope-layout-'));
  const settings = await openSettings(join(folder, 'settings.json'));
  onTestFinished(async () => {
    await settings.close();
    await rm(folder, { recursive: true, force: true });
  });
  const { link, attach } = createLink();
  const [near, far] = pair();
  attach(near);
  serve(far, { 'shell.recallOf': async ({ key, project: path }) => ({ value: settings.recallOf(key, path) }) });

  const api = createDockview(document.createElement('div'), {
    createComponent: () => ({ element: document.createElement('div'), init: ignore }),
  });
  build(api, 'run', []);
  const first = api.panels.map(({ id }) => id);
  const layout = api.toJSON();
  // A group of which it is not said what stands in it.
  const root = { type: 'branch', data: [{ type: 'leaf', data: { id: '1' } }] };
  const broken = { ...layout, grid: { ...layout.grid, root } };
  settings.rememberOf('layouts', '/b', JSON.parse(JSON.stringify({ version: 1, project: '/b', layout: broken })));

  const workspace = createWorkspaceStore(link, ignore);
  workspace.setState({ project: project('/a') });
  const kept = projectMemory(link, 'layouts');
  const memory = { of: async (path: string) => parseLayout(await kept.recall(path))?.layout ?? null, keep: ignore };
  const layouts = followProjects({ workspace, editor: createEditorStore(link, ignore) }, api, memory, ignore);
  onTestFinished(layouts.stop);
  workspace.setState({ project: project('/b') });
  await layouts.settled();
  await vi.waitFor(() => expect(api.panels.map(({ id }) => id)).toEqual(first));
});
