import type { FileChange, ProjectInfo } from '../contract/desktop.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { createHandlers } from './handlers.ts';
import { builtInModule } from './module.ts';
import type { Workspace, WorkspaceOptions } from './ports.ts';
import { projectFolder, type Project, type ProjectOptions } from './project.ts';
import { openNamed, openScratch } from './projects.ts';
import { rememberRecent } from './recent.ts';
import { openSettings } from './settings.ts';
import { createSigning } from './signing.ts';
import { makeUserFolders, userFolders } from './user-dir.ts';

/**
 * Opens the workspace with `options.project`, or the scratch project, without asking the units anything.
 * @throws AoError PROJECT_* when the named project cannot be opened.
 */
export async function createWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const folders = userFolders(options.userDir);
  await makeUserFolders(folders);
  const settings = await openSettings(folders.settingsFile);
  const signing = createSigning(folders.wallets, options.ask, options.unitStatus);
  let isClosed = false;
  // What fails here fails again, with its error, where a person asks for it: a spawn loads the wallet and the module anew.
  const background = (work: Promise<unknown>): Promise<void> => work.then(
    () => {},
    (error: unknown) => {
      if (!isClosed) process.stderr.write(`${error instanceof AoError ? `${error.message} ${error.cure}` : reasonOf(error)}\n`);
    },
  );
  const tellStatus = (): void => options.tell('status', status());
  const module = builtInModule(options.assetsDir, signing, tellStatus);
  const status: Workspace['status'] = () => ({
    shell: options.shell,
    version: options.version,
    platform: process.platform,
    ...options.unitStatus(),
    wallet: signing.address(),
    luaModule: module.current(),
  });

  const changed = (changes: readonly FileChange[], isManifestChanged: boolean): void => {
    options.tell('files.changed', { changes });
    if (isManifestChanged) options.tell('project.changed', { project: project.info() });
  };
  // Only the project that is open speaks; one that is being opened or closed is silent.
  const openQuietly = async (opener: (changed: ProjectOptions['changed']) => Promise<Project>): Promise<Project> => {
    const mine = await opener((changes, isManifestChanged) => {
      if (mine === project) changed(changes, isManifestChanged);
    });
    return mine;
  };
  let project: Project = await openQuietly((told) => (options.project === null ? openScratch(folders.scratch, told) : openNamed(options.project, told)));
  const remember = async (): Promise<void> => {
    const { path, name, isScratch } = project.info();
    if (!isScratch) await rememberRecent(folders.recentFile, { path, name });
  };
  await remember();

  const replaceBy = async (next: Project): Promise<ProjectInfo> => {
    const former = project;
    try {
      await options.reopenUnits(next.dataDir);
    } catch (error) {
      await next.close();
      await options.reopenUnits(former.dataDir);
      throw error;
    }
    project = next;
    module.forget();
    options.tell('project.changed', { project: project.info() });
    tellStatus();
    await former.close();
    await remember();
    void background(module.ensure());
    return project.info();
  };
  // One opening at a time: the second starts from where the first one ended.
  let opening: Promise<unknown> = Promise.resolve();
  const open = (path: string): Promise<ProjectInfo> => {
    const mine = opening.then(async () => {
      const folder = await projectFolder(path);
      if (folder !== project.path) return replaceBy(await openQuietly((told) => openNamed(folder, told)));
      if (await project.reload()) options.tell('project.changed', { project: project.info() });
      await remember();
      return project.info();
    });
    opening = mine.catch(() => {});
    return mine;
  };

  if (settings.notice !== null) process.stderr.write(`${settings.notice}\n`);
  void background(signing.load().then(tellStatus));
  return {
    handlers: createHandlers({ options, folders, settings, signing, module, status, open, project: () => project }),
    dataDir: () => project.dataDir,
    walletDir: () => folders.wallets,
    status,
    unitsReady: () => background(module.ensure()),
    open,
    async close() {
      isClosed = true;
      await opening;
      await settings.close().catch((error: unknown) => process.stderr.write(`The settings could not be written: ${reasonOf(error)}\n`));
      await project.close();
    },
  };
}
