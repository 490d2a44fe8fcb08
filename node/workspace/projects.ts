import { mkdir } from 'node:fs/promises';
import type { FileChange, ProjectInfo } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import type { UnitData, WorkspaceOptions } from './ports.ts';
import { openProject, projectFolder, type Project, type ProjectOptions } from './project.ts';
import { rememberRecent } from './recent.ts';
import { createTurns } from './turns.ts';
import type { UserFolders } from './user-dir.ts';

const SCRATCH_MAX = 20;

/** The project that is open, and the way to another one. There is always one: the scratch project when no other is. */
export interface Projects {
  current(): Project;
  info(): ProjectInfo;
  /** How often files of the project have changed since the app was started: what was begun at another number has not seen them all. */
  changes(): number;
  /** When the project cannot be opened, the one that was open stays. @throws AoError PROJECT_*. */
  open(path: string): Promise<ProjectInfo>;
  /** Reads aoscope.json of the open project again, and tells where it says something else. */
  reload(): Promise<void>;
  /** Says with the open project why another one is not open. */
  complain(error: AoError): void;
  /** Runs work that belongs to the open project; opening another one stops it (CANCELLED). */
  work<T>(job: (project: Project, signal: AbortSignal) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The project that was open when the app ended, as it is remembered from start to start. */
export interface LastProject {
  /** To be opened where none is asked for; null for none. */
  readonly path: string | null;
  remember(path: string | null): void;
}

/**
 * @param last is opened where no project is asked for.
 * @param opened is called when other databases are open in the units than before.
 */
export async function openProjects(
  options: WorkspaceOptions,
  folders: UserFolders,
  last: LastProject,
  opened: () => void,
): Promise<Projects> {
  const { tell } = options;
  const turns = createTurns();
  /** Why the project asked for at the start is not open. */
  let problem: ProjectInfo['problem'] = null;
  const info = (): ProjectInfo => ({ ...project.info(), problem: project.info().problem ?? problem });
  let changes = 0;
  const changed = (files: readonly FileChange[], isManifestChanged: boolean): void => {
    changes++;
    if (files.length > 0) tell('files.changed', { changes: files });
    if (!isManifestChanged) return;
    tell('project.changed', { project: info() });
    void followSettings();
  };
  /** Other limits or another network in a saved manifest hold from the next message on: the units are opened again with them. */
  const followSettings = (): Promise<void> =>
    turns.change(async (interrupt) => {
      if (settingsOf(project) === settings) return;
      settings = settingsOf(project);
      await interrupt();
      // A unit that does not come back shows why in its status.
      await options.reopenUnits(unitData(project)).catch(() => {});
      opened();
    });
  // Only the project that is open speaks; one that is being opened or closed is silent.
  const quietly = async (opener: (changed: ProjectOptions['changed']) => Promise<Project>): Promise<Project> => {
    const mine = await opener((changes, isManifestChanged) => {
      if (mine === project) changed(changes, isManifestChanged);
    });
    return mine;
  };
  const openNamed = (path: string): Promise<Project> =>
    quietly(async (told) => openProject(await projectFolder(path), { isScratch: false, changed: told }));
  const first = async (): Promise<Project> => {
    try {
      const wanted = options.project ?? last.path;
      if (wanted !== null) return await openNamed(wanted);
    } catch (error) {
      if (!(error instanceof AoError)) throw error;
      problem = { code: error.code, message: error.message, cure: error.cure };
    }
    return quietly((told) => openScratch(folders.scratch, told));
  };

  let project = await first();
  let settings = settingsOf(project);
  const remember = async (): Promise<void> => {
    const { path, name, isScratch } = project.info();
    // A recording is looked at for a while: the project that was left for it is the one to come back to.
    // So is one that another app has open at the moment.
    if (project.recording === null && problem?.code !== 'PROJECT_IN_USE') last.remember(isScratch ? null : path);
    if (!isScratch) await rememberRecent(folders.recentFile, { path, name });
  };
  await remember();

  const replaceBy = async (next: Project): Promise<void> => {
    const former = project;
    try {
      await options.reopenUnits(unitData(next));
    } catch (error) {
      await next.close();
      // The first failure is the one to tell; a second one shows in the status of the units.
      await options.reopenUnits(unitData(former)).catch(() => {});
      throw error;
    }
    project = next;
    settings = settingsOf(next);
    opened();
    problem = null;
    tell('project.changed', { project: info() });
    await former.close();
  };
  return {
    current: () => project,
    info,
    changes: () => changes,
    async reload() {
      if (await project.reload()) changed([], true);
    },
    complain({ code, message, cure }) {
      problem = { code, message, cure };
      tell('project.changed', { project: info() });
    },
    work: (job) => turns.work((signal) => job(project, signal)),
    open: (path) =>
      turns.change(async (interrupt) => {
        const folder = await projectFolder(path);
        if (folder === project.path) {
          if (await project.reload()) tell('project.changed', { project: info() });
        } else {
          const next = await openNamed(folder);
          await interrupt();
          await replaceBy(next);
        }
        await remember();
        return info();
      }),
    close: () =>
      turns.change(async (interrupt) => {
        await interrupt();
        await project.close();
      }),
  };
}

// Each running app has a scratch project of its own: while `scratch` is in use, `scratch-2` and so on are tried.
async function openScratch(folder: string, changed: ProjectOptions['changed']): Promise<Project> {
  for (let number = 1; ; number++) {
    const path = number === 1 ? folder : `${folder}-${number}`;
    await mkdir(path, { recursive: true });
    try {
      return await openProject(await projectFolder(path), { isScratch: true, changed });
    } catch (error) {
      if (!(error instanceof AoError) || error.code !== 'PROJECT_IN_USE' || number === SCRATCH_MAX) throw error;
    }
  }
}

/** What the units are opened with for this project. */
export function unitData(project: Project): UnitData {
  const { limits = {}, network = {} } = project.info().manifest;
  const { recording } = project;
  return {
    dataDir: project.dataDir,
    limits,
    network,
    recording: recording && { scheduler: recording.scheduler, carrier: recording.carrier },
  };
}

/** What the units are opened anew for when it changes. */
function settingsOf(project: Project): string {
  const { limits, network } = unitData(project);
  return JSON.stringify([limits, network]);
}
