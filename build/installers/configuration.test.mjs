import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { at } from '../setup/paths.mjs';
import { installerConfiguration, updatesFrom } from './configuration.mjs';
import { desktopEntry } from './debian.mjs';
import { hasInstallerTools, validateConfiguration } from './tools.mjs';

if (!hasInstallerTools())
  process.stdout.write('SKIPPED: electron-builder is not installed, so it did not check its configuration; run npm run dist once.\n');

it.skipIf(!hasInstallerTools())('electron-builder accepts the configuration of all installers, and refuses a wrong one', async () => {
  const configuration = installerConfiguration();
  await expect(validateConfiguration(configuration)).resolves.toBeUndefined();
  await expect(validateConfiguration({ ...configuration, asarUnpak: [] })).rejects.toThrow(/asarUnpak/);
  await expect(validateConfiguration({ ...configuration, electronFuses: { runAsNod: false } })).rejects.toThrow(/electronFuses should be/);
});

it('installs for Linux, macOS and Windows, with the icons that are there', () => {
  const { linux, mac, win, fileAssociations } = installerConfiguration();
  expect(linux.target.map(({ target }) => target)).toEqual(['AppImage', 'deb', 'tar.gz']);
  expect(mac.target).toEqual([
    { target: 'dmg', arch: ['x64', 'arm64', 'universal'] },
    { target: 'zip', arch: ['x64', 'arm64', 'universal'] },
  ]);
  // libsql has no native part for Windows on arm64, and for Linux on arm64 nothing was tried.
  expect(win.target).toEqual([{ target: 'nsis', arch: ['x64'] }]);
  for (const { arch } of linux.target) expect(arch).toEqual(['x64']);
  for (const icon of [mac.icon, win.icon, ...['.ico', '.icns'].map((end) => fileAssociations[0].icon + end)])
    expect(icon).toSatisfy(existsSync);
  for (const size of [16, 32, 48, 64, 128, 256, 512]) expect(`${linux.icon}/${size}x${size}.png`).toSatisfy(existsSync);
});

it('gives an attacker neither a Node nor a debugger in the packed program', () => {
  expect(installerConfiguration().electronFuses).toMatchObject({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

it('packs the very Electron that this project has been built against', () => {
  const { version } = JSON.parse(readFileSync(at('node_modules', 'electron', 'package.json'), 'utf8'));
  expect(installerConfiguration().electronVersion).toBe(version);
});

it('opens recordings and links from a Linux desktop', () => {
  expect(desktopEntry()).toContain('\nMimeType=application/x-aoscope-recording;x-scheme-handler/aoscope;\n');
  expect(desktopEntry()).toMatch(/\nExec=\/opt\/aoscope\/aoscope %U\n/);
});

it('looks for newer versions at the repository that the build names, and nowhere where it names none', () => {
  expect(updatesFrom(undefined)).toBeNull();
  expect(updatesFrom('someone/aoscope')).toEqual({ provider: 'github', owner: 'someone', repo: 'aoscope', releaseType: 'release' });
  expect(() => updatesFrom('https://example.com/feed')).toThrow(/no repository/);
});
