import { anySignal } from './any-signal.ts';
import { dirname, join } from 'node:path';
import type { DesktopStatus } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { TestSummary } from '../contract/tests.ts';
import type { UpdateState } from '../contract/updates.ts';
import { openAddressBook } from './addresses.ts';
import { deployHandlers } from './deploy/handlers.ts';
import { draftHandlers } from './drafts.ts';
import type { ProjectFiles } from './files.ts';
import { findInFiles } from './find.ts';
import { askGit, gitScript } from './git/ask.ts';
import { openKeys } from './keys.ts';
import { noteHandlers } from './notes.ts';
import { networkFile } from './modules/for-network.ts';
import { keptBuilds } from './modules/former-build.ts';
import type { Modules } from './modules/modules.ts';
import type { WorkspaceOptions } from './ports.ts';
import { createPeople } from './people.ts';
import type { Projects } from './projects.ts';
import { recentProjects } from './recent.ts';
import { isOfRecording, recordingHandlers } from './recording/handlers.ts';
import { openAny } from './recording/open.ts';
import { copySample, SAMPLES } from './samples.ts';
import { clearReports, countDumps, readReports, writeReport } from './reports.ts';
import type { Settings } from './settings.ts';
import type { Signing } from './signing.ts';
import { createFromTemplate, TEMPLATES } from './templates.ts';
import { hasTests, testHandlers } from './tests.ts';
import type { BuildTrust, TrustSource } from './trust.ts';
import { planHandlers, type Plans } from './topology/handlers.ts';
import type { UserFolders } from './user-dir.ts';

/** The parts of a workspace that its commands work on. */
export interface Parts {
  readonly options: WorkspaceOptions;
  readonly folders: UserFolders;
  readonly settings: Settings;
  readonly signing: Signing;
  readonly modules: Modules;
  readonly trust: BuildTrust;
  readonly trustSource: TrustSource;
  readonly status: () => DesktopStatus;
  readonly projects: Projects;
}

/** The answers to every command that the shell owns. */
export function createHandlers(parts: Parts): HandlersOf<'shell'> {
  const plans = planHandlers(parts);
  const tests = testHandlers({ ...parts, modulesDir: parts.folders.modules });
  const { chooseKeyFile, keyStore, confirmKey, tell } = parts.options;
  const keys = openKeys({
    folder: parts.folders.keys,
    project: () => parts.projects.current().path,
    choose: chooseKeyFile ?? null,
    keyStore: keyStore ?? (() => ({ store: null, reason: 'only the desktop app can reach it' })),
    confirm: confirmKey ?? (async () => false),
    changed: () => tell('keys.changed', {}),
  });
  const runTests = async (signal: AbortSignal): Promise<TestSummary | null> => {
    if (!(await hasTests(parts.projects.current().path))) return null;
    return tests['tests.run']({ files: null, pattern: null, module: null }, signal);
  };
  return {
    ...shellHandlers(parts),
    ...draftHandlers(parts.settings, parts.options.tell),
    ...projectHandlers(parts, plans),
    ...plans.handlers,
    ...recordingHandlers(parts),
    ...noteHandlers(parts.projects),
    ...tests,
    ...keys.handlers,
    ...addressHandlers(parts),
    ...reportHandlers(parts),
    ...updateHandlers(parts),
    ...deployHandlers({
      ...parts,
      modulesDir: parts.folders.modules,
      recordingsDir: parts.folders.recordings,
      homeDir: parts.folders.home,
      keys,
      runTests,
    }),
    ...fileHandlers(parts),
    ...moduleHandlers(parts),
    ...walletHandlers(parts),
  };
}

type Named<Prefix extends string> = Pick<HandlersOf<'shell'>, Extract<keyof HandlersOf<'shell'>, `${Prefix}.${string}`>>;

function addressHandlers({ folders, options }: Parts): Named<'addresses'> {
  const book = openAddressBook(folders.addressesFile);
  return {
    'addresses.list': async () => ({ addresses: await book.list() }),
    'addresses.put': async ({ address, name }) => {
      await book.put(address, name);
      options.tell('addresses.changed', {});
      return {};
    },
  };
}

function reportHandlers({ folders: { reports: folder }, options }: Parts): Named<'reports'> {
  return {
    'reports.list': async () => ({ reports: readReports(folder), dumps: countDumps(folder), folder }),
    'reports.write': async ({ what, text }) => {
      writeReport(folder, options.version, what, text);
      return {};
    },
    'reports.clear': async () => {
      clearReports(folder);
      return {};
    },
  };
}

/** The served app is whatever was built where it was started. */
const SERVED = 'The served app is brought up to date where it was built, by git and npm.';

function updateHandlers({ options: { desktop } }: Parts): Named<'updates'> {
  const cannot: UpdateState = { kind: 'cannot', reason: SERVED };
  return {
    'updates.state': async () => ({ state: desktop?.updates.state() ?? cannot }),
    'updates.check': async () => ({ state: (await desktop?.updates.check()) ?? cannot }),
    'updates.download': async () => ({ state: (await desktop?.updates.download()) ?? cannot }),
    'updates.install': async () => {
      await desktop?.updates.install();
      return {};
    },
  };
}

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
      options.tell('settings.changed', { key });
      return {};
    },
    'shell.recallOf': async ({ key, project }) => ({ value: settings.recallOf(key, project) }),
    'shell.rememberOf': async ({ key, project, value }) => {
      settings.rememberOf(key, project, value);
      return {};
    },
    'shell.notify': async ({ title, body }) => {
      options.desktop?.notify(title, body);
      return {};
    },
    'shell.newWindow': async () => {
      options.desktop?.newWindow();
      return { isSupported: options.desktop !== undefined };
    },
    'shell.chooseRecording': async ({ to, name }) => {
      const choose = options.chooseRecording ?? null;
      return { path: (await choose?.(to, name)) ?? null, isSupported: choose !== null };
    },
    'shell.chooseFolder': async () => ({ path: (await options.chooseFolder?.()) ?? null, isSupported: options.chooseFolder !== null }),
  };
}

function projectHandlers({ options, folders, projects, trust }: Parts, plans: Plans): Omit<Named<'project'>, keyof Plans['handlers']> {
  return {
    'project.current': async () => ({ project: projects.info() }),
    'project.recent': async () => {
      const recent = await recentProjects(folders.recentFile);
      return { projects: recent.filter(({ path }) => !isOfRecording(folders, path)) };
    },
    'project.open': ({ path }) => openAny(path, folders, projects, options.ask),
    async 'project.trustBuild'({ folder }) {
      // Another project may have been opened while the person thought about it.
      if (folder !== projects.current().path) throw new AoError('CANCELLED');
      await trust.trust(folder);
      return {};
    },
    'project.templates': async () => ({ templates: TEMPLATES, folder: folders.projects }),
    'project.create': async ({ name, template, folder }) =>
      projects.open(await createFromTemplate(name, template, folder ?? folders.projects, options.assetsDir)),
    'project.samples': async () => ({ samples: SAMPLES }),
    'project.openSample': async ({ sample }) => {
      const info = await projects.open(await copySample(sample, options.assetsDir, folders.projects));
      await projects.work(async (project, signal) => {
        // Another project may have been opened meanwhile; its processes are not ours to spawn.
        if (project.path !== info.path) throw new AoError('CANCELLED');
        await plans.run(project, {}, signal);
      });
      return info;
    },
  };
}

function fileHandlers({ options, projects }: Parts): Named<'files'> {
  const git = askGit(gitScript(options.assetsDir));
  const files = (): ProjectFiles => projects.current().files;
  const changeable = (): ProjectFiles => {
    if (projects.current().recording !== null) throw new AoError('RECORDING_READ_ONLY');
    return files();
  };
  return {
    'files.list': async () => ({ entries: await files().list() }),
    'files.find': (query, signal) => findInFiles(files(), query, signal),
    'files.git': async () => ({ git: await git(projects.current().path) }),
    'files.read': ({ path }) => files().read(path),
    'files.write': async ({ path, text, version }) => changeable().write(path, text, version),
    'files.create': async ({ path, kind, text }) => {
      await changeable().create(path, kind, text);
      return {};
    },
    'files.rename': async ({ from, to }) => {
      await changeable().rename(from, to);
      return {};
    },
    'files.delete': async ({ path }) => {
      await changeable().remove(path);
      return {};
    },
  };
}

/** Whom a module is fetched from where neither the person nor the project names a gateway. */
const PUBLIC_GATEWAY = 'https://arweave.net';

function moduleHandlers({ modules, projects }: Parts): Named<'modules'> {
  const builds = keptBuilds();
  return {
    'modules.list': async () => ({ modules: await modules.list() }),
    'modules.add': ({ file, data }) => modules.add(file, Buffer.from(data, 'base64url')),
    'modules.check': ({ file, texts }, signal) => {
      const { files } = projects.current();
      const open = new Map(texts.map(({ path, text }) => [path, Buffer.from(text)]));
      return modules.check(
        file,
        { root: files.root, list: files.list, bytes: async (path, max) => open.get(path) ?? files.bytes(path, max) },
        signal,
      );
    },
    'modules.build': ({ file }, asked) =>
      projects.work(async ({ path, files, recording }, left) => {
        if (recording !== null) throw new AoError('RECORDING_READ_ONLY');
        const { program, format } = await modules.build(file, files, anySignal([asked, left]));
        // As the window writes paths, on every system.
        const to = networkFile(file, join(path, dirname(file))).replaceAll('\\', '/');
        const kept = await builds.keepFormer(files, to, program);
        await files.writeBytes(to, program);
        return { file: to, format, bytes: program.length, isFormerKept: kept };
      }),
    'modules.fetch': ({ module, gateway }, signal) =>
      modules.fetch(module, gateway ?? projects.current().manifest().network?.readThrough ?? PUBLIC_GATEWAY, signal),
    'modules.remove': async ({ module }) => {
      await modules.remove(module);
      return {};
    },
  };
}

function walletHandlers({ folders, signing, modules, projects }: Parts): Named<'wallet'> {
  const people = createPeople(join(folders.wallets, 'people'));
  return {
    'wallet.spawn': ({ name, source, tags, module }) =>
      projects.work(async ({ files }, signal) => ({
        process: await signing.spawn({ name, source, tags, module: await modules.resolve(module, files, signal) }, signal),
      })),
    'wallet.send': ({ process, tags, data, wallet = 'dev' }) =>
      projects.work(async (_project, signal) =>
        signing.send(process, tags, data, signal, wallet === 'dev' ? undefined : await people.wallet(wallet)),
      ),
    'wallet.list': async () => ({ wallets: [{ name: 'dev', address: await signing.load() }, ...(await people.list())] }),
    'wallet.create': ({ name }) => people.create(name),
  };
}
