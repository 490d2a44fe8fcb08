import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundleIfStale } from './bundle.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { at } from './setup/paths.mjs';
import { npm } from './setup/npm.mjs';
import { say, sayError } from './setup/say.mjs';

/** What a program that uses the node needs: the command line, the library and the served app; nothing of Electron. */
const PARTS = ['out/node', 'out/assets', 'out/renderer', 'LICENSE', 'THIRD-PARTY-NOTICES.md'];
/** Bundles carry everything but what has a native part. */
const UNBUNDLED = ['libsql'];

/**
 * Lays out the package in `folder`: the bundles, and a package.json with the few packages that are not in them.
 * @returns the path of the folder.
 */
export function layOutPackage(folder = at('out', 'package')) {
  const { name, version, description, license, type, bin, exports, engines, dependencies } = JSON.parse(
    readFileSync(at('package.json'), 'utf8'),
  );
  const needed = Object.fromEntries(UNBUNDLED.map((one) => [one, dependencies[one]]));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of PARTS) cpSync(at(part), `${folder}/${part}`, { recursive: true, filter: (path) => !path.endsWith('.map') });
  cpSync(at('node/embed/README.md'), `${folder}/README.md`);
  const manifest = { name, version, description, license, type, bin, exports, engines, dependencies: needed };
  writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

async function main() {
  await ensurePackages();
  await bundleIfStale();
  const folder = layOutPackage();
  await npm(['pack', folder, '--pack-destination', at('out')]);
  say(`The package is in ${at('out')}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    sayError(error);
    process.exit(1);
  });
}
