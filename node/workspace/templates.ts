import { mkdir, readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { TemplateInfo } from '../contract/desktop.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { systemCode } from './file-errors.ts';
import { MANIFEST_FILE, manifestText, readManifest } from './manifest.ts';
import { copyFolder, SAMPLES } from './samples.ts';

/** What a new project can begin with, in the order in which they are shown; their folders are node/templates/<id>. */
export const TEMPLATES: readonly TemplateInfo[] = [
  { id: 'counter', title: 'Counter', about: 'One process, a module that it requires, and a test.' },
  { id: 'token', title: 'Token', about: 'Mint, transfer, balances, with the notices that wallets look for.' },
  { id: 'chat', title: 'Chat', about: 'Two processes: one publishes to whoever subscribes, the other listens.' },
  { id: 'clock', title: 'Clock', about: 'A process that wakes up by itself, by a cron.' },
  { id: 'assemblyscript', title: 'AssemblyScript', about: 'A process in AssemblyScript, compiled to WebAssembly in the app.' },
  { id: 'rust', title: 'Rust', about: 'A process in Rust, built with the cargo of this computer.' },
  { id: 'c', title: 'C', about: 'A process in C, built with the clang or Emscripten of this computer.' },
  { id: 'wasm', title: 'Plain WASM', about: 'A process in WebAssembly text, without Lua.' },
];

/**
 * Makes a new project of a template, in a folder below `parent` that is named after it.
 * @returns the folder.
 * @throws AoError TEMPLATE_UNKNOWN, FOLDER_TAKEN, FILE_NAME_INVALID, FILE_UNREADABLE.
 */
export async function createFromTemplate(name: string, template: string, parent: string, assetsDir: string): Promise<string> {
  if (!TEMPLATES.some(({ id }) => id === template)) throw new AoError('TEMPLATE_UNKNOWN', { template });
  return createLike(join(assetsDir, 'templates', template), name, parent);
}

/**
 * The same of a sample, under a name and in a place that the person chooses.
 * @throws AoError SAMPLE_UNKNOWN, FOLDER_TAKEN, FILE_NAME_INVALID, FILE_UNREADABLE.
 */
export async function createFromSample(name: string, sample: string, parent: string, assetsDir: string): Promise<string> {
  if (!SAMPLES.some(({ id }) => id === sample)) throw new AoError('SAMPLE_UNKNOWN', { sample });
  return createLike(join(assetsDir, 'samples', sample), name, parent);
}

async function createLike(model: string, name: string, parent: string): Promise<string> {
  const folder = join(resolve(parent.replace(/^~(?=$|[/\\])/, homedir())), folderName(name));
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) throw new AoError('FOLDER_TAKEN', { path: folder });
    await copyFolder(model, folder);
    const file = join(folder, MANIFEST_FILE);
    const { manifest } = readManifest(await readFile(file, 'utf8'), name);
    await writeFileAtomic(file, manifestText({ ...manifest, name }));
    return folder;
  } catch (error) {
    if (error instanceof AoError) throw error;
    if (systemCode(error) === 'ENOTDIR' || systemCode(error) === 'EEXIST') throw new AoError('FOLDER_TAKEN', { path: folder });
    throw new AoError('FILE_UNREADABLE', { path: folder, reason: reasonOf(error) });
  }
}

/** `My shop!` → `my-shop`. @throws AoError FILE_NAME_INVALID where nothing is left. */
function folderName(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
  if (words === '') throw new AoError('FILE_NAME_INVALID', { path: name });
  return words;
}
