import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_LIMITS } from '../contract/commands.ts';
import type { FileChange } from '../contract/desktop.ts';
import type { EventName } from '../contract/events.ts';
import { freshFolder, until } from './folder.fixture.ts';
import type { Workspace, WorkspaceOptions } from './ports.ts';
import { createWorkspace } from './workspace.ts';

interface Told {
  readonly name: EventName;
  readonly body: unknown;
}
let userDir: string;
let told: Told[];
let reopened: string[];
const signal = new AbortController().signal;

/** A workspace whose units are not there: everything that needs them fails as when they are down. */
async function workspace(options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const made = await createWorkspace({
    shell: 'served',
    version: '0.0.0',
    userDir,
    assetsDir: join(import.meta.dirname, '..'),
    project: null,
    ask: () => new Promise(() => {}),
    tell: (name, body) => void told.push({ name, body }),
    chooseFolder: null,
    unitStatus: () => ({ units: [], isPortBlockMoved: false, authority: null, scheduler: null, limits: DEFAULT_LIMITS }),
    reopenUnits: async ({ dataDir }) => void reopened.push(dataDir),
    openNode: () => Promise.reject(new Error('nothing is deployed from here')),
    restartUnit: async () => {},
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}
const fileChanges = (): FileChange[] =>
  told.filter((one) => one.name === 'files.changed').flatMap((one) => (one.body as { changes: FileChange[] }).changes);
const projectChanges = (): number => told.filter((one) => one.name === 'project.changed').length;

beforeEach(async () => {
  userDir = join(await freshFolder(), 'home');
  told = [];
  reopened = [];
});

describe('opening', () => {
  it('starts with the scratch project and asks nothing of the units', async () => {
    const made = await workspace();
    expect(made.project()).toMatchObject({ isScratch: true, problem: null, path: join(userDir, 'scratch') });
    expect(made.unitData().dataDir).toBe(join(userDir, 'scratch', '.aoscope'));
    expect(reopened).toEqual([]);
    expect((await made.handlers['project.recent']({}, signal)).projects).toEqual([]);
  });

  it('gives a second app of the same user a scratch project of its own', async () => {
    await workspace();
    expect((await workspace()).project().path).toBe(join(userDir, 'scratch-2'));
  });

  it('makes what is missing, remembers the project, and says that another is open', async () => {
    const folder = await freshFolder();
    const made = await workspace();
    const info = await made.open(folder);
    expect(info).toMatchObject({ path: folder, isScratch: false, problem: null, manifest: { version: 1, processes: [] } });
    expect(reopened).toEqual([join(folder, '.aoscope')]);
    expect(await readFile(join(folder, '.aoscope', '.gitignore'), 'utf8')).toBe('*\n');
    expect(JSON.parse(await readFile(join(folder, 'aoscope.json'), 'utf8'))).toEqual(info.manifest);
    expect(projectChanges()).toBe(1);
    expect((await made.handlers['project.recent']({}, signal)).projects).toEqual([{ path: folder, name: info.name }]);
    expect(existsSync(join(userDir, 'scratch', '.aoscope', 'lock'))).toBe(false);
  });

  it('does nothing when the project is open already', async () => {
    const folder = await freshFolder();
    const made = await workspace({ project: folder });
    expect(await made.open(`${folder}/.`)).toEqual(made.project());
    expect(reopened).toEqual([]);
    expect(projectChanges()).toBe(0);
  });

  it('keeps the former project when the other cannot be opened', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'file'), '');
    const made = await workspace();
    await expect(made.open(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'PROJECT_MISSING' });
    await expect(made.open(join(folder, 'file'))).rejects.toMatchObject({ code: 'PROJECT_NOT_A_FOLDER' });
    await expect(made.open(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'PROJECT_NOT_A_FOLDER' });
    expect(made.project().isScratch).toBe(true);
    expect(projectChanges()).toBe(0);
  });

  it('goes back to the former project when the units cannot open the other', async () => {
    const folder = await freshFolder();
    const made = await workspace({
      reopenUnits: async ({ dataDir }) => {
        reopened.push(dataDir);
        if (dataDir.startsWith(folder)) throw new Error('disk full');
      },
    });
    await expect(made.open(folder)).rejects.toThrow('disk full');
    expect(reopened).toEqual([join(folder, '.aoscope'), made.unitData().dataDir]);
    expect(made.project().isScratch).toBe(true);
    expect(existsSync(join(folder, '.aoscope', 'lock'))).toBe(false);
  });

  it('opens one after the other when two are asked for at once', async () => {
    const [left, right] = [await freshFolder(), await freshFolder()];
    const made = await workspace();
    await Promise.all([made.open(left), made.open(right)]);
    expect(made.project().path).toBe(right);
    expect(reopened).toEqual([join(left, '.aoscope'), join(right, '.aoscope')]);
  });

  it('stops what still runs for the former project, so that nothing of it lands in the next', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'aoscope.json'), '{"version":1,"name":"x","processes":[{"name":"a","source":"a.lua"}]}');
    await writeFile(join(folder, 'a.lua'), '');
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const made = await workspace({
      project: folder,
      unitStatus: () => ({ units: [], isPortBlockMoved: false, authority: 'a' as never, scheduler: 's' as never, limits: DEFAULT_LIMITS }),
      // The gateway is slow: it answers only when another project is open already.
      ask: (name) => {
        asked.push(name);
        return new Promise((resolve) => answers.push(() => resolve({} as never)));
      },
    });
    const run = made.handlers['project.run']({}, signal).then(
      () => 'ran',
      (error: { code: string }) => error.code,
    );
    await until(() => asked.includes('gateway.item'));
    await made.open(await freshFolder());
    expect(await run).toBe('CANCELLED');
    for (const answer of answers) answer();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).not.toContain('mu.send');
  });

  it('starts with the scratch project when the one asked for is not there, and says why', async () => {
    const made = await workspace({ project: join(userDir, 'nowhere') });
    expect(made.project()).toMatchObject({ isScratch: true, problem: { code: 'PROJECT_MISSING' } });
    expect((await made.open(await freshFolder())).problem).toBeNull();
  });

  it('refuses a project that another app has open', async () => {
    const folder = await freshFolder();
    const first = await workspace({ project: folder });
    const second = await workspace();
    await expect(second.open(folder)).rejects.toMatchObject({ code: 'PROJECT_IN_USE' });
    await first.open(await freshFolder());
    await second.open(folder);
  });

  it.runIf(process.platform === 'linux')('says that a folder is read-only', async () => {
    // The kernel's own folder refuses even root.
    const made = await workspace();
    await expect(made.open('/sys/kernel')).rejects.toMatchObject({ code: 'PROJECT_READ_ONLY' });
  });

  it.skipIf(process.platform === 'win32')('does not put its data where a link named .aoscope leads', async () => {
    const [folder, elsewhere] = [await freshFolder(), await freshFolder()];
    const { symlink } = await import('node:fs/promises');
    await symlink(elsewhere, join(folder, '.aoscope'));
    const made = await workspace();
    await expect(made.open(folder)).rejects.toMatchObject({ code: 'STORE_BROKEN' });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('does not write where a link in a project that was brought along leads', async () => {
    const [folder, elsewhere] = [await freshFolder(), await freshFolder()];
    const { mkdir, symlink } = await import('node:fs/promises');
    const mine = join(elsewhere, 'mine.txt');
    await writeFile(mine, 'mine');
    await mkdir(join(folder, '.aoscope'));
    await symlink(mine, join(folder, '.aoscope', 'feed.json'));
    const made = await workspace();
    await expect(made.open(folder)).rejects.toMatchObject({
      code: 'STORE_BROKEN',
      message: expect.stringContaining('feed.json') as string,
    });
    expect(await readFile(mine, 'utf8')).toBe('mine');
  });
});

describe('the manifest', () => {
  it('opens a project whose manifest is broken, and notices when it is mended', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'aoscope.json'), '{ "version": 1,');
    const made = await workspace({ project: folder });
    expect(made.project().problem?.code).toBe('MANIFEST_BROKEN');
    expect(await readFile(join(folder, 'aoscope.json'), 'utf8')).toBe('{ "version": 1,');
    await expect(made.handlers['project.run']({}, signal)).rejects.toMatchObject({ code: 'MANIFEST_BROKEN' });
    await made.handlers['files.write'](
      { path: 'aoscope.json', text: '{"version":1,"name":"Mended","processes":[]}', version: null },
      signal,
    );
    await until(() => made.project().name === 'Mended');
    await until(() => projectChanges() === 1);
    expect(made.project().problem).toBeNull();
    await expect(made.handlers['project.run']({}, signal)).rejects.toMatchObject({ code: 'MANIFEST_EMPTY' });
  });

  it('leaves a newer manifest alone', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'aoscope.json'), '{"version":9}');
    const made = await workspace({ project: folder });
    expect(made.project().problem?.code).toBe('MANIFEST_TOO_NEW');
    expect(await readFile(join(folder, 'aoscope.json'), 'utf8')).toBe('{"version":9}');
  });

  it('names the source that is missing before anything is spawned', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'aoscope.json'), '{"version":1,"name":"x","processes":[{"name":"a","source":"gone.lua"}]}');
    const made = await workspace({ project: folder });
    await expect(made.handlers['project.run']({}, signal)).rejects.toMatchObject({ code: 'FILE_MISSING', details: { path: 'gone.lua' } });
  });
});

describe('changes on disk', () => {
  it('are noticed whoever makes them, each path once and the node data never', async () => {
    const folder = await freshFolder();
    const made = await workspace({ project: folder });
    // Until the watcher is ready a change from outside may go unseen: write until one is.
    await until(async () => {
      await writeFile(join(folder, 'probe'), String(Math.random()));
      return fileChanges().some((change) => change.path === 'probe');
    });
    told = [];
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'src', 'from outside.lua'), 'one');
    await until(() => fileChanges().some((change) => change.path === 'src/from outside.lua' && change.change === 'added'));
    await made.handlers['files.write']({ path: 'src/mine.lua', text: 'two', version: null }, signal);
    await until(() => fileChanges().some((change) => change.path === 'src/mine.lua' && change.change === 'added'));
    await rm(join(folder, 'src', 'from outside.lua'));
    await until(() => fileChanges().some((change) => change.path === 'src/from outside.lua' && change.change === 'removed'));
    await writeFile(join(folder, '.aoscope', 'su.db'), 'log');
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The last probe may be told of late.
    const paths = new Set(
      fileChanges()
        .map((change) => change.path)
        .filter((path) => path !== 'probe'),
    );
    expect([...paths].toSorted()).toEqual(['src', 'src/from outside.lua', 'src/mine.lua']);
  });
});

describe('the development wallet', () => {
  it('is made in the background, for its user alone, and stays', async () => {
    const made = await workspace();
    await until(() => made.status().wallet !== null);
    expect(told.some((one) => one.name === 'status')).toBe(true);
    const file = join(userDir, 'wallets', 'dev.json');
    if (process.platform !== 'win32') {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(join(userDir, 'wallets'))).mode & 0o777).toBe(0o700);
    }
    const again = await workspace();
    await until(() => again.status().wallet !== null);
    expect(again.status().wallet).toBe(made.status().wallet);
  });

  it('is never overwritten when it cannot be read: what needs it says so', async () => {
    await mkdir(join(userDir, 'wallets'), { recursive: true });
    const file = join(userDir, 'wallets', 'dev.json');
    await writeFile(file, '{"kty":"OKP"');
    const made = await workspace({
      unitStatus: () => ({ units: [], isPortBlockMoved: false, authority: 'a' as never, scheduler: 's' as never, limits: DEFAULT_LIMITS }),
    });
    await expect(made.handlers['wallet.send']({ process: 'p' as never, tags: [], data: '' }, signal)).rejects.toMatchObject({
      code: 'WALLET_UNREADABLE',
    });
    expect(made.status().wallet).toBeNull();
    expect(await readFile(file, 'utf8')).toBe('{"kty":"OKP"');
  });
});

describe('samples', () => {
  it('are those that stand in node/samples, each whole', async () => {
    const made = await workspace();
    const { samples } = await made.handlers['project.samples']({}, signal);
    const entries = await readdir(join(import.meta.dirname, '..', 'samples'), { withFileTypes: true });
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .toSorted();
    expect(samples.map((sample) => sample.id).toSorted()).toEqual(folders);
    for (const { id } of samples) {
      const folder = join(import.meta.dirname, '..', 'samples', id);
      const { readManifest } = await import('./manifest.ts');
      const { manifest, problem } = readManifest(await readFile(join(folder, 'aoscope.json'), 'utf8'), id);
      expect(problem).toBeNull();
      for (const one of manifest.processes) expect(existsSync(join(folder, one.source))).toBe(true);
    }
  });

  it('are unknown by any other name', async () => {
    const made = await workspace();
    await expect(made.handlers['project.openSample']({ sample: '../wallets' }, signal)).rejects.toMatchObject({ code: 'SAMPLE_UNKNOWN' });
  });

  it('are copied into a new folder each time', async () => {
    const { copySample } = await import('./samples.ts');
    const projects = join(userDir, 'projects');
    const copies = await Promise.all([1, 2, 3].map(() => copySample('ping-pong', join(import.meta.dirname, '..'), projects)));
    expect(new Set(copies).size).toBe(3);
    for (const copy of copies) expect(await readFile(join(copy, 'ping.lua'), 'utf8')).toContain('Handlers.add');
  });
});

it('runs nothing at import that would hold a process open', () => {
  const code = `await import(${JSON.stringify(join(import.meta.dirname, 'workspace.ts'))})`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 20_000, encoding: 'utf8' });
  expect(stderr).not.toContain('Error');
  expect(status).toBe(0);
});
