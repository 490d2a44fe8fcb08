import { rm } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { DEFAULT_LIMITS } from '../../node/contract/commands.ts';
import type { Workspace, WorkspaceOptions } from '../../node/workspace/ports.ts';
import { createWorkspace } from '../../node/workspace/workspace.ts';
import { ASSETS, type TestNode } from './node.ts';

/** A project of an installation on a node of a test; closed at its end, or before. @param more what is otherwise than usual. */
export async function workspaceOn(
  node: TestNode,
  userDir: string,
  project: string,
  more: Partial<Pick<WorkspaceOptions, 'ask' | 'tell' | 'openNode'>> = {},
): Promise<Workspace> {
  const { su, mu } = node.node.opened;
  const made = await createWorkspace({
    shell: 'served',
    version: '0.0.0',
    userDir,
    assetsDir: ASSETS,
    project,
    ask: node.node.ask,
    tell: () => undefined,
    chooseFolder: null,
    unitStatus: () => ({ units: [], isPortBlockMoved: false, authority: mu.address, scheduler: su.address, limits: DEFAULT_LIMITS }),
    reopenUnits: async () => {},
    openNode: () => Promise.reject(new Error('nothing is deployed from here')),
    restartUnit: async () => {},
    ...more,
  });
  onTestFinished(async () => {
    await made.close();
    await rm(userDir, { recursive: true, force: true });
  });
  await made.unitsReady();
  return made;
}
