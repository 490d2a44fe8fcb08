import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { whyNot } from '../../electron/updates.ts';
import { bundleTests } from './bundle.ts';
import { electronHere, runElectron } from './run-electron.ts';

const electron = electronHere();
if (electron === undefined) process.stderr.write('SKIPPED: updates; no Electron is here (set AOSCOPE_TEST_ELECTRON).\n');

/** The version that runElectron gives its app. */
const HERE = '0.1.0';
const PROGRAM = Buffer.from('the next version');
const sha512 = (bytes: Uint8Array): string => createHash('sha512').update(bytes).digest('base64');

interface Release {
  readonly version: string;
  readonly hash: string;
}

/** A place that updates come from, on loopback. @returns its address, and which files were asked for. */
async function place({
  version,
  hash,
}: Release): Promise<{ readonly url: string; readonly asked: readonly string[]; close(): Promise<void> }> {
  const file = `aoscope-${version}.AppImage`;
  const latest = `version: ${version}\nfiles:\n  - url: ${file}\n    sha512: ${hash}\n    size: ${PROGRAM.length}\npath: ${file}\nsha512: ${hash}\nreleaseDate: '2030-01-01T00:00:00.000Z'\n`;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://here').pathname.slice(1);
    asked.push(name);
    const content = name === 'latest-linux.yml' ? latest : name === file ? PROGRAM : null;
    response.writeHead(content === null ? 404 : 200).end(content);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> => new Promise((closed) => server.close(() => closed()));
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

/** All states that an app goes through which looks at `url` for an update, and fetches it. */
async function statesAt(url: string): Promise<readonly Record<string, unknown>[]> {
  const bundles = await bundleTests(['update-in-electron']);
  onTestFinished(bundles.free);
  const cache = mkdtempSync(join(tmpdir(), 'aoscope-update-'));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  const old = join(cache, 'old.AppImage');
  writeFileSync(old, 'this version');
  const env = { AOSCOPE_FEED: url, APPIMAGE: old, XDG_CACHE_HOME: cache };
  const printed = await runElectron(electron ?? '', bundles.dir, 'update-in-electron.cjs', env);
  const states = printed
    .split('\n')
    .filter((line) => line.startsWith('STATE '))
    .map((line) => JSON.parse(line.slice('STATE '.length)) as Record<string, unknown>);
  if (states.length === 0) throw new Error(printed.slice(-2000));
  return states;
}

test.skipIf(electron === undefined)('a newer version is found, fetched when it is asked for, and ready', { timeout: 60_000 }, async () => {
  const there = await place({ version: '9.1.0', hash: sha512(PROGRAM) });
  onTestFinished(there.close);
  expect(await statesAt(there.url)).toEqual([
    { kind: 'checking' },
    { kind: 'found', version: '9.1.0' },
    { kind: 'downloading', version: '9.1.0', percent: 0 },
    { kind: 'ready', version: '9.1.0' },
  ]);
});

test.skipIf(electron === undefined)('where there is the same version nothing is fetched', { timeout: 60_000 }, async () => {
  const there = await place({ version: HERE, hash: sha512(PROGRAM) });
  onTestFinished(there.close);
  expect(await statesAt(there.url)).toEqual([{ kind: 'checking' }, { kind: 'current' }]);
  expect(there.asked).toEqual(['latest-linux.yml']);
});

test.skipIf(electron === undefined)('what is not the file that the release names is not installed', { timeout: 60_000 }, async () => {
  const there = await place({ version: '9.1.0', hash: sha512(Buffer.from('another one')) });
  onTestFinished(there.close);
  const states = await statesAt(there.url);
  expect(states.at(-1)).toEqual({ kind: 'failed', reason: expect.stringMatching(/sha512/i) as string });
  expect(states).not.toContainEqual({ kind: 'ready', version: '9.1.0' });
});

test.skipIf(electron === undefined)('where nobody answers it says so, and ends', { timeout: 60_000 }, async () => {
  const there = await place({ version: '9.1.0', hash: sha512(PROGRAM) });
  await there.close();
  expect(await statesAt(there.url)).toEqual([
    { kind: 'checking' },
    { kind: 'failed', reason: expect.stringMatching(/ERR_CONNECTION_REFUSED/) as string },
  ]);
});

test('an installation that cannot replace itself says why, and asks nobody', () => {
  const resources = mkdtempSync(join(tmpdir(), 'aoscope-resources-'));
  onTestFinished(() => rmSync(resources, { recursive: true, force: true }));
  const linux = { isPackaged: true, platform: 'linux', appImage: undefined, resources };
  expect(whyNot({ ...linux, isPackaged: false })).toMatch(/from its sources/);
  expect(whyNot({ ...linux, appImage: '/a.AppImage' })).toMatch(/names no place/);
  writeFileSync(join(resources, 'app-update.yml'), 'provider: github\n');
  expect(whyNot(linux)).toMatch(/archive/);
  expect(whyNot({ ...linux, appImage: '/a.AppImage' })).toBeNull();
  expect(whyNot({ ...linux, platform: 'darwin' })).toBeNull();
  writeFileSync(join(resources, 'package-type'), 'deb\n');
  expect(whyNot(linux)).toBeNull();
});
