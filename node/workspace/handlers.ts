import type { DesktopStatus, ProjectInfo } from '../contract/desktop.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { BuiltInModule } from './module.ts';
import type { WorkspaceOptions } from './ports.ts';
import type { Project } from './project.ts';
import { recentProjects } from './recent.ts';
import { runManifest, type RunningProcess } from './run.ts';
import { copySample, SAMPLES } from './samples.ts';
import type { Settings } from './settings.ts';
import type { Signing } from './signing.ts';
import type { UserFolders } from './user-dir.ts';

/** The parts of a workspace that its commands work on. */
export interface Parts {
  readonly options: WorkspaceOptions;
  readonly folders: UserFolders;
  readonly settings: Settings;
  readonly signing: Signing;
  readonly module: BuiltInModule;
  readonly status: () => DesktopStatus;
  readonly open: (path: string) => Promise<ProjectInfo>;
  readonly project: () => Project;
}

/** The answers to every command that the shell owns. */
export function createHandlers(parts: Parts): HandlersOf<'shell'> {
  return { ...shellHandlers(parts), ...projectHandlers(parts), ...fileHandlers(parts), ...walletHandlers(parts) };
}

type Named<Prefix extends string> = Pick<HandlersOf<'shell'>, Extract<keyof HandlersOf<'shell'>, `${Prefix}.${string}`>>;

function shellHandlers({ options, settings, status }: Parts): Named<'shell'> {
  return {
    'shell.status': async () => status(),
    'shell.restart': async ({ unit }) => {
      await options.restartUnit(unit);
      return {};
    },
    'shell.recall': async ({ key }) => ({ value: settings.recall(key) }),
    'shell.remember': async ({ key, value }) => {
      settings.remember(key, value);
      return {};
    },
    'shell.chooseFolder': async () => ({ path: (await options.chooseFolder?.()) ?? null, isSupported: options.chooseFolder !== null }),
  };
}

function projectHandlers({ options, folders, signing, module, open, project }: Parts): Named<'project'> {
  const run = (): Promise<RunningProcess[]> => {
    const { files, manifest } = project();
    return runManifest(manifest(), { ask: options.ask, files, signing, module: module.ensure });
  };
  return {
    'project.current': async () => ({ project: project().info() }),
    'project.recent': async () => ({ projects: await recentProjects(folders.recentFile) }),
    'project.open': ({ path }) => open(path),
    'project.samples': async () => ({ samples: SAMPLES }),
    'project.openSample': async ({ sample }) => {
      const info = await open(await copySample(sample, options.assetsDir, folders.projects));
      await run();
      return info;
    },
    'project.run': async () => ({ processes: await run() }),
  };
}

function fileHandlers({ project }: Parts): Named<'files'> {
  return {
    'files.list': async () => ({ entries: await project().files.list() }),
    'files.read': ({ path }) => project().files.read(path),
    'files.write': ({ path, text, version }) => project().files.write(path, text, version),
    'files.create': async ({ path, kind }) => {
      await project().files.create(path, kind);
      return {};
    },
    'files.rename': async ({ from, to }) => {
      await project().files.rename(from, to);
      return {};
    },
    'files.delete': async ({ path }) => {
      await project().files.remove(path);
      return {};
    },
  };
}

function walletHandlers({ signing, module }: Parts): Named<'wallet'> {
  return {
    'wallet.spawn': async ({ name, source, tags, module: chosen }) => ({
      process: await signing.spawn({ name, source, tags, module: chosen ?? (await module.ensure()) }),
    }),
    'wallet.send': ({ process, tags, data }) => signing.send(process, tags, data),
  };
}
