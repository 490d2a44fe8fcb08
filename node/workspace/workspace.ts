import { AoError, ERRORS, reasonOf } from '../contract/errors.ts';
import { fileError } from './file-errors.ts';
import { createHandlers } from './handlers.ts';
import { builtInModule } from './module.ts';
import { compilerScript, openCompilers } from './modules/compilers.ts';
import { openModules } from './modules/modules.ts';
import { useOwnFolder } from './own-folder.ts';
import type { Workspace, WorkspaceOptions } from './ports.ts';
import { openAny } from './recording/open.ts';
import { openProjects, unitData, type LastProject } from './projects.ts';
import { openSettings, type Settings } from './settings.ts';
import { createSigning } from './signing.ts';
import { openBuildTrust } from './trust.ts';
import { makeUserFolders, userFolders, type UserFolders } from './user-dir.ts';

/** A gateway that was away when it was to be given the modules is tried again so often. */
const PROVIDE_AGAIN_MS = 2_000;

/**
 * Opens the workspace with `options.project`, or the scratch project, without asking the units anything.
 * Where the named project cannot be opened, the scratch project is, and its `problem` says why.
 * @throws AoError FILE_UNREADABLE when the user's own folder cannot be written.
 */
export async function createWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const folders = userFolders(options.userDir);
  const use = await makeUserFolders(folders)
    .then(() => useOwnFolder(folders.root))
    .catch((error: unknown) => {
      throw fileError(error, folders.root);
    });
  try {
    const workspace = await openIn(options, folders);
    return {
      ...workspace,
      async close() {
        try {
          await workspace.close();
        } finally {
          await use.release();
        }
      },
    };
  } catch (error) {
    await use.release();
    throw error;
  }
}

async function openIn(options: WorkspaceOptions, folders: UserFolders): Promise<Workspace> {
  const settings = await openSettings(folders.settingsFile);
  const signing = createSigning(folders.wallets, options.ask, options.unitStatus);
  let isClosed = false;
  // What fails here fails again, with its error, where a person asks for it: a spawn loads the wallet and the module anew.
  const background = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => {},
      (error: unknown) => {
        if (!isClosed) process.stderr.write(`${error instanceof AoError ? `${error.message} ${error.cure}` : reasonOf(error)}\n`);
      },
    );
  const status: Workspace['status'] = () => ({
    shell: options.shell,
    version: options.version,
    platform: process.platform,
    ...options.unitStatus(),
    wallet: signing.address(),
    luaModule: module.current(),
  });
  const tellStatus = (): void => options.tell('status', status());
  const module = builtInModule(options.assetsDir, options.ask, signing, tellStatus);
  const trustSource = { file: folders.trustFile, isAlways: options.isBuildTrusted === true };
  const trust = openBuildTrust(trustSource);
  const compilers = openCompilers({
    script: compilerScript(options.assetsDir),
    trust,
    // What was compiled for a project that is closed by now says nothing of the files of the next one.
    compiled: (checked, root) => root === projects.current().path && options.tell('modules.compiled', checked),
  });
  const modules = openModules({
    folder: folders.modules,
    ask: options.ask,
    signing,
    builtIn: module,
    compilers,
    target: 'here',
    progress: (progress) => options.tell('modules.progress', progress),
  });
  let again: NodeJS.Timeout | undefined;
  const provideOrRetry = async (): Promise<void> => {
    try {
      await module.ensure();
      await modules.offerAll();
    } catch (error) {
      if (!isClosed && error instanceof AoError && ERRORS[error.code].fault === 'system') {
        clearTimeout(again);
        again = setTimeout(() => void provideOrRetry().catch(() => undefined), PROVIDE_AGAIN_MS);
      }
      throw error;
    }
  };
  /** The first attempt; where a unit is away or a disk is full, others follow until the gateway has them. */
  const provide = (): Promise<void> => {
    clearTimeout(again);
    return background(provideOrRetry());
  };
  const projects = await openProjects(options, folders, lastProject(options, settings), () => {
    module.forget();
    tellStatus();
    void provide();
  });

  if (settings.notice !== null) process.stderr.write(`${settings.notice}\n`);
  const wallet = background(signing.load().then(tellStatus));
  return {
    handlers: createHandlers({ options, folders, settings, signing, modules, trust, trustSource, status, projects }),
    unitData: () => unitData(projects.current()),
    walletDir: () => folders.wallets,
    project: projects.info,
    status,
    unitsReady: provide,
    open: (path) => openAny(path, folders, projects, options.ask),
    async openFirst(file) {
      try {
        await openAny(file, folders, projects, options.ask);
      } catch (error) {
        if (isClosed) return;
        const told = error instanceof AoError ? error : new AoError('FILE_UNREADABLE', { path: file, reason: reasonOf(error) });
        process.stderr.write(`${told.message} ${told.cure}\n`);
        projects.complain(told);
      }
    },
    async close() {
      isClosed = true;
      clearTimeout(again);
      await wallet;
      await compilers.close();
      await settings.close().catch((error: unknown) => process.stderr.write(`The settings could not be written: ${reasonOf(error)}\n`));
      await projects.close();
    },
  };
}

const LAST_KEY = 'session.project';

/** Where windows find projects as they were left, the app begins with the project that it ended with. */
function lastProject({ isReopening }: WorkspaceOptions, settings: Settings): LastProject {
  if (isReopening !== true) return { path: null, remember: () => undefined };
  const path = settings.recall('session.isKept') === false ? null : settings.recall(LAST_KEY);
  return {
    path: typeof path === 'string' ? path : null,
    remember: (now) => settings.remember(LAST_KEY, now),
  };
}
