import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Licences under which a part may be shipped with MIT code. Anything else needs a decision, and a line here.
 * BUSL-1.1: the published loader of ao modules alone, unmodified, as a file of its own beside our code.
 */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
  'OFL-1.1',
  'MPL-2.0',
  'Zlib',
  'BUSL-1.1',
]);
/** Packages whose package.json is silent or unusual, with what their own licence file says. */
const READ_BY_HAND = { 'arweave-stream-tx': 'MIT', '@permaweb/ao-loader': 'BUSL-1.1' };
/** Texts that a package leaves out and its repository has: files beside this one. */
const TEXT_OF_REPOSITORY = { '@permaweb/ao-loader': 'licences/ao-loader.txt' };

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/**
 * The packages that are part of what people run: the production dependencies of package.json and all theirs.
 * @returns `{ name, version, licence, text }` in order of names, and `problems` with those whose licence is not allowed
 */
export function shippedPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const problems = [];
  const shipped = [];
  for (const [path, entry] of Object.entries(packages)) {
    // What npm calls devOptional is shipped too: an optional part of something shipped, which a tool of ours needs as well.
    if (path === '' || entry.dev || !existsSync(join(root, path, 'package.json'))) continue;
    // Builds of a package for one system each carry its licence, and which are installed differs from machine to machine.
    if (entry.os !== undefined || entry.cpu !== undefined) continue;
    const { name, version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    const licence = READ_BY_HAND[name] ?? (typeof license === 'string' ? license : license?.type);
    if (!isAllowed(licence))
      problems.push(`${name}@${version} has the licence ${licence ?? 'none'}, which build/check/notices.mjs does not allow`);
    shipped.push({ name, version, licence, text: licenceText(join(root, path), name) });
  }
  return { shipped: shipped.sort((a, b) => (a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1)), problems };
}

/** `MIT`, `(MIT OR GPL-3.0)`: one allowed choice is enough; `A AND B` needs both. */
function isAllowed(expression) {
  if (typeof expression !== 'string') return false;
  return expression
    .replace(/[()]/g, '')
    .split(/\s+OR\s+/i)
    .some((choice) => choice.split(/\s+AND\s+/i).every((one) => ALLOWED.has(one.trim())));
}

function licenceText(folder, name) {
  const ours = TEXT_OF_REPOSITORY[name];
  if (ours !== undefined)
    return readFileSync(join(import.meta.dirname, ours), 'utf8')
      .replaceAll('\r\n', '\n')
      .trim();
  const files = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort();
  return files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n');
}

/** The text of THIRD-PARTY-NOTICES.md. Equal licence texts stand once. */
export function noticesText(shipped) {
  const byText = new Map();
  for (const { name, version, licence, text } of shipped) {
    const key = `${licence}\n${text}`;
    byText.set(key, { licence, text, names: [...(byText.get(key)?.names ?? []), `${name} ${version}`] });
  }
  const parts = [...byText.values()].map(({ licence, text, names }) => {
    const fence = '````';
    return `## ${names.join(', ')}\n\nLicence: ${licence}\n${text === '' ? '' : `\n${fence}text\n${text}\n${fence}\n`}`;
  });
  return `# Third-party notices\n\naoscope is made with the packages below, unchanged, under their own licences. The desktop application also contains Electron and Chromium, whose licences lie beside the program.\nMade by \`node build/notices.mjs\`; \`npm test\` checks that it is current.\n\n${parts.join('\n')}`;
}
