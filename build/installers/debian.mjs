import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { onPath } from '../setup/places.mjs';
import { lastLines, run } from '../setup/run.mjs';
import { SetupError } from '../setup/say.mjs';
import { DEBIAN_DEPENDS, LINK, PRODUCT, RECORDING } from './product.mjs';

const HOME = `/opt/${PRODUCT.name}`;

/** What programs and menus of the desktop are told. */
export const desktopEntry = () => `[Desktop Entry]
Type=Application
Name=${PRODUCT.title}
Comment=${PRODUCT.synopsis}
Exec=${HOME}/${PRODUCT.name} %U
Icon=${PRODUCT.name}
Terminal=false
StartupWMClass=${PRODUCT.name}
Categories=${PRODUCT.category};
Keywords=ao;arweave;lua;
MimeType=${RECORDING.mimeType};${LINK.mimeType};
`;

const mimeTypes = () => `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="${RECORDING.mimeType}">
    <comment>${RECORDING.name}</comment>
    <glob pattern="*.${RECORDING.ext}"/>
  </mime-type>
</mime-info>
`;

const control = (kilobytes) => `Package: ${PRODUCT.name}
Version: ${PRODUCT.version}
Architecture: amd64
Maintainer: ${PRODUCT.maintainer}
Installed-Size: ${kilobytes}
Depends: ${DEBIAN_DEPENDS.join(', ')}
Section: devel
Priority: optional
Homepage: ${PRODUCT.homepage}
Description: ${PRODUCT.synopsis}
 Write a process in Lua or JavaScript, spawn it on the node inside the app, send it
 messages, and step back and forward through time. No account, no wallet, no network.
`;

/** Chromium's own sandbox for kernels that let nobody but root make namespaces; menus and file types learn of the app. */
const AFTER_INSTALL = `#!/bin/sh
set -e
chown root:root ${HOME}/chrome-sandbox
chmod 4755 ${HOME}/chrome-sandbox
if command -v update-mime-database >/dev/null; then update-mime-database /usr/share/mime || true; fi
if command -v update-desktop-database >/dev/null; then update-desktop-database /usr/share/applications || true; fi
`;

const AFTER_REMOVE = `#!/bin/sh
set -e
if command -v update-mime-database >/dev/null; then update-mime-database /usr/share/mime || true; fi
if command -v update-desktop-database >/dev/null; then update-desktop-database /usr/share/applications || true; fi
`;

/**
 * Packs what electron-builder unpacked as a Debian package, with dpkg-deb alone: electron-builder's own deb needs a
 * download. People's projects and keys are no part of it, so removing it leaves them.
 * @param unpacked the folder with the program
 * @param file the .deb to write
 * @throws SetupError where dpkg-deb is missing or refuses
 */
export async function packDebian(unpacked, file) {
  if (onPath(['dpkg-deb']) === undefined)
    throw new SetupError('A Debian package needs dpkg-deb.', 'Run this on Debian or Ubuntu, or install the package dpkg.');
  const root = at('out', 'installers', 'deb');
  rmSync(root, { recursive: true, force: true });
  const share = join(root, 'usr', 'share');
  cpSync(unpacked, join(root, HOME), { recursive: true });
  write(join(share, 'applications', `${PRODUCT.name}.desktop`), desktopEntry());
  write(join(share, 'mime', 'packages', `${PRODUCT.name}.xml`), mimeTypes());
  write(join(share, 'doc', PRODUCT.name, 'copyright'), readFileSync(at('LICENSE'), 'utf8'));
  const icons = at('build', 'icons', 'linux');
  for (const icon of readdirSync(icons)) {
    const to = join(share, 'icons', 'hicolor', icon.replace('.png', ''), 'apps');
    mkdirSync(to, { recursive: true });
    cpSync(join(icons, icon), join(to, `${PRODUCT.name}.png`));
  }
  mkdirSync(join(root, 'usr', 'bin'), { recursive: true });
  symlinkSync(`${HOME}/${PRODUCT.name}`, join(root, 'usr', 'bin', PRODUCT.name));
  write(join(root, 'DEBIAN', 'control'), control(await kilobytesIn(root)));
  write(join(root, 'DEBIAN', 'postinst'), AFTER_INSTALL, 0o755);
  write(join(root, 'DEBIAN', 'postrm'), AFTER_REMOVE, 0o755);
  await must('chmod', ['-R', 'u+rwX,go+rX,go-w', root]);
  await must('dpkg-deb', ['--build', '--root-owner-group', '-Zxz', root, file]);
  rmSync(root, { recursive: true, force: true });
  return file;
}

/** Unpacks a package as dpkg would, into `folder`. @returns the program in it */
export async function unpackDebian(file, folder) {
  await must('dpkg-deb', ['--extract', file, folder]);
  const program = join(folder, HOME, PRODUCT.name);
  if (!existsSync(program)) throw new SetupError(`${file} has no ${HOME}/${PRODUCT.name} in it.`);
  return program;
}

async function kilobytesIn(folder) {
  return Number.parseInt(await must('du', ['-sk', folder]), 10);
}

function write(path, text, mode = 0o644) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

async function must(program, args) {
  const { code, output } = await run(program, args, { isQuiet: true });
  if (code !== 0) throw new SetupError(`${program} failed:\n${lastLines(output)}`);
  return output;
}
