import { beforeEach, expect, it, vi } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import type { Dock, PanelId } from '../stores/dock.ts';
import { deployNode, key, project, type DeployNode } from '../stores/deploy.fixture.ts';
import { createDeployStore, type DeployStore } from '../stores/deploy-store.ts';
import { createEditorStore } from '../stores/editor-store.ts';
import { createUiStore, type UiStore } from '../stores/ui-store.ts';
import { createWorkspaceStore } from '../stores/workspace-store.ts';
import { deployCommands } from './deploy.ts';
import { createRegistry, type CommandRegistry } from './registry.ts';

let node: DeployNode;
let deploy: DeployStore;
let ui: UiStore;
let commands: CommandRegistry;
/** The one tab that is in front. */
let inFront: PanelId;

beforeEach(async () => {
  node = deployNode();
  const ignore = (): void => undefined;
  const workspace = createWorkspaceStore(node.link, ignore);
  deploy = createDeployStore(node.link, workspace, ignore);
  ui = createUiStore(node.link, 'dark');
  inFront = 'console';
  const show = (panel: PanelId): void => void (inFront = panel);
  const dock: Dock = {
    show,
    enter: show,
    toggle: show,
    isShown: (panel) => panel === inFront,
    front: () => inFront,
    openFile: ignore,
    openFirst: ignore,
    closeFile: ignore,
    split: ignore,
    zoom: ignore,
    usePreset: ignore,
    reset: ignore,
  };
  ui.getState().setDock(dock);
  commands = createRegistry(ui.getState().fail);
  commands.add(deployCommands({ deploy, workspace, ui, editor: createEditorStore(node.link, ignore) }));
  workspace.setState({ project: project('/a') });
  await deploy.getState().refresh();
});

const notices = (): readonly string[] => ui.getState().notices.map(({ sentence }) => sentence);

it('a step is shown where it is taken, whoever asked for it', async () => {
  for (const id of ['deploy.plan', 'deploy.rehearse', 'deploy.run']) {
    inFront = 'console';
    expect(await commands.run(id)).toBe(true);
    expect(inFront).toBe('deploy');
  }
  expect(notices()).toEqual([]);
  expect(deploy.getState().deployed).not.toBeNull();
});

it('the palette offers no step that the buttons do not', async () => {
  expect(commands.isEnabled('deploy.rehearse')).toBe(false);
  await commands.run('deploy.plan');
  expect(commands.isEnabled('deploy.rehearse')).toBe(true);
  expect(commands.isEnabled('deploy.run')).toBe(false);
  await commands.run('deploy.rehearse');
  expect(commands.isEnabled('deploy.run')).toBe(true);
  node.keys = [key('savings', false)];
  await deploy.getState().refresh();
  expect(commands.isEnabled('deploy.run')).toBe(false);
  node.keys = [key('savings')];
  await deploy.getState().refresh();
  const { rehearsal } = deploy.getState();
  deploy.setState({ rehearsal: rehearsal && { ...rehearsal, tests: { passed: 3, failed: 1, skipped: 0, broken: 0, durationMs: 1 } } });
  expect(commands.isEnabled('deploy.run')).toBe(false);
  deploy.setState({ rehearsal });
  await commands.run('deploy.run');
  expect(commands.isEnabled('deploy.run')).toBe(false);
});

it('who has gone to another tab is told what came of it, and gets there by one click', async () => {
  const letIt = node.holdBack('deploy.plan');
  const done = commands.run('deploy.plan');
  inFront = 'console';
  letIt();
  await done;
  expect(notices()).toEqual(['The plan for one is made.']);
  await ui.getState().notices[0]?.actions[0]?.run();
  expect(inFront).toBe('deploy');
});

it('a failure is told there, too, and what the person has stopped is not', async () => {
  node.fault = new AoError('WALLET_LOCKED', { name: 'savings' });
  const letIt = node.holdBack('deploy.plan');
  const failed = commands.run('deploy.plan');
  inFront = 'console';
  letIt();
  await failed;
  expect(ui.getState().notices).toMatchObject([{ tone: 'error', code: 'WALLET_LOCKED' }]);
  ui.setState({ notices: [] });
  node.holdBack('deploy.plan');
  const stopped = commands.run('deploy.plan');
  inFront = 'console';
  await vi.waitFor(() => expect(commands.isEnabled('deploy.stop')).toBe(true));
  await commands.run('deploy.stop');
  await stopped;
  expect(notices()).toEqual([]);
});
