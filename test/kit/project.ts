import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A project folder made for one test. */
export interface TestProject {
  readonly path: string;
  write(name: string, text: string | Uint8Array): void;
  remove(name?: string): void;
}

/** A folder with `files` in it, by name. */
export function newProject(files: Readonly<Record<string, string | Uint8Array>>): TestProject {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-project-'));
  const write = (name: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { path, write, remove: (name = '') => rmSync(join(path, name), { recursive: true, force: true }) };
}
