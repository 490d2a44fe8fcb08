import { at } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';
import { DEBIAN_DEPENDS, ELECTRON_VERSION, LINK, PRODUCT, RECORDING } from './product.mjs';

/** Electron's first version that knows this fuse; a longer list than the program has is refused. */
const FILE_FUSE_SINCE = 29;

/**
 * electron-builder's configuration of every installer; the folder that build/installers/stage.mjs lays out is its project.
 * @param electron an Electron to pack instead of the one that electron-builder downloads, as `{ folder, version }`
 */
export function installerConfiguration(electron) {
  const electronVersion = electron?.version ?? ELECTRON_VERSION;
  return {
    appId: PRODUCT.id,
    productName: PRODUCT.title,
    copyright: `Copyright © ${PRODUCT.author}`,
    artifactName: '${name}-${version}-${os}-${arch}.${ext}',
    directories: { output: at('out', 'installers'), buildResources: at('build', 'icons') },
    electronVersion,
    ...(electron === undefined ? {} : { electronDist: electron.folder }),
    // The app speaks English; Chromium's other languages would only be carried about.
    electronLanguages: ['en', 'en-US'],
    // What is laid out is what is packed, but for what nobody reads; nothing is compiled.
    files: ['**/*', '!node_modules/**/*.{md,d.ts}', '!node_modules/libsql/types'],
    // Beside the archive, where people can read them.
    extraResources: [
      ...['LICENSE', 'THIRD-PARTY-NOTICES.md'].map((name) => ({ from: at(name), to: name })),
      // What an archive unpacks to has no entry in the menus whose icon the window could take.
      { from: at('build', 'icons', 'linux', '512x512.png'), to: 'icon.png' },
    ],
    npmRebuild: false,
    asar: true,
    asarUnpack: ['**/*.node'],
    electronFuses: fuses(Number.parseInt(electronVersion, 10)),
    fileAssociations: [
      { ...RECORDING, description: 'A recorded run of ao processes', role: 'Viewer', icon: at('build', 'icons', 'recording') },
    ],
    protocols: [{ name: LINK.name, schemes: [LINK.scheme], role: 'Viewer' }],
    compression: 'maximum',
    publish: updatesFrom(process.env.AOSCOPE_UPDATES_FROM),
    ...linux(),
    ...mac(),
    ...windows(),
  };
}

/**
 * Where installed apps look for newer versions when they are told to.
 * @param repository on GitHub, `owner/name`; undefined for a build that looks nowhere
 */
export function updatesFrom(repository) {
  if (repository === undefined || repository === '') return null;
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (repo === undefined) throw new SetupError(`${repository} is no repository.`, 'AOSCOPE_UPDATES_FROM takes owner/name.');
  return { provider: 'github', owner, repo, releaseType: 'release' };
}

/**
 * What Electron can do that this app does not need. Units are utility processes, which none of these concerns.
 * @param electronMajor the version of the program whose fuses are set
 */
function fuses(electronMajor) {
  return {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    // macOS and Windows check it; Electron on Linux does not.
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    ...(electronMajor >= FILE_FUSE_SINCE ? { grantFileProtocolExtraPrivileges: false } : {}),
    // Setting fuses breaks the signature without which Apple's own processors run nothing.
    resetAdHocDarwinSignature: true,
  };
}

function linux() {
  return {
    linux: {
      target: [
        { target: 'AppImage', arch: ['x64'] },
        { target: 'deb', arch: ['x64'] },
        { target: 'tar.gz', arch: ['x64'] },
      ],
      executableName: PRODUCT.name,
      icon: at('build', 'icons', 'linux'),
      category: PRODUCT.category,
      synopsis: PRODUCT.synopsis,
      maintainer: PRODUCT.maintainer,
      vendor: PRODUCT.author,
      mimeTypes: [LINK.mimeType],
      desktop: { entry: { StartupWMClass: PRODUCT.name, Keywords: 'ao;arweave;lua;' } },
    },
    deb: { depends: DEBIAN_DEPENDS, packageCategory: 'devel', priority: 'optional', compression: 'xz' },
  };
}

function mac() {
  return {
    mac: {
      target: ['dmg', 'zip'].map((target) => ({ target, arch: ['x64', 'arm64', 'universal'] })),
      icon: at('build', 'icons', 'aoscope.icns'),
      category: 'public.app-category.developer-tools',
      hardenedRuntime: true,
      // Both are in both halves of a universal app, which takes the one of its processor.
      x64ArchFiles: '**/node_modules/@libsql/darwin-*/**',
    },
    dmg: {
      contents: [
        { x: 140, y: 200, type: 'file' },
        { x: 400, y: 200, type: 'link', path: '/Applications' },
      ],
    },
  };
}

function windows() {
  return {
    win: { target: [{ target: 'nsis', arch: ['x64'] }], icon: at('build', 'icons', 'aoscope.ico') },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      // Projects and keys belong to the person, not to the program.
      deleteAppDataOnUninstall: false,
    },
  };
}
