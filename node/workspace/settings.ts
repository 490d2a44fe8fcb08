import { readFile, rename } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { Json } from '../contract/outcome.ts';
import { reasonOf } from '../contract/errors.ts';
import { systemCode } from './file-errors.ts';

const WRITE_DELAY_MS = 200;
/** Projects of which something is remembered under a key; the one that was touched longest ago is forgotten first. */
const PROJECTS_MAX = 50;

/** What the windows remember, in one JSON file. */
export interface Settings {
  recall(key: string): Json;
  /** Kept in memory at once, on disk within 200 ms. */
  remember(key: string, value: Json): void;
  /** What is remembered of one project under `key`; null for nothing. */
  recallOf(key: string, project: string): Json;
  /** As {@link remember}, beside what is remembered of other projects; null forgets it. */
  rememberOf(key: string, project: string, value: Json): void;
  /** Writes what is pending. */
  close(): Promise<void>;
  /** One sentence when the file was broken and has been put aside; null otherwise. */
  readonly notice: string | null;
}

/** Opens the settings in `file`. A file that cannot be read is put aside, never overwritten. */
export async function openSettings(file: string): Promise<Settings> {
  const { values, notice } = await load(file);
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();
  let failure: Error | null = null;

  const write = (): void => {
    timer = null;
    writing = writing
      .then(() => writeFileAtomic(file, `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`))
      .then(
        () => {
          failure = null;
        },
        (error: unknown) => {
          failure = error instanceof Error ? error : new Error(reasonOf(error));
        },
      );
  };
  const projectsOf = (key: string): [string, Json][] => {
    const value = values.get(key);
    return isRecord(value) ? Object.entries(value) : [];
  };
  const remember = (key: string, value: Json): void => {
    values.set(key, value);
    timer ??= setTimeout(write, WRITE_DELAY_MS);
  };
  return {
    notice,
    recall: (key) => values.get(key) ?? null,
    remember,
    recallOf: (key, project) => projectsOf(key).find(([path]) => path === project)?.[1] ?? null,
    rememberOf(key, project, value) {
      const others = projectsOf(key).filter(([path]) => path !== project);
      const own: [string, Json][] = value === null ? [] : [[project, value]];
      remember(key, Object.fromEntries([...others.slice(1 - PROJECTS_MAX), ...own]));
    },
    async close() {
      if (timer !== null) {
        clearTimeout(timer);
        write();
      }
      await writing;
      if (failure !== null) throw failure;
    },
  };
}

function isRecord(raw: Json | undefined): raw is { readonly [key: string]: Json } {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

async function load(file: string): Promise<{ values: Map<string, Json>; notice: string | null }> {
  try {
    const raw = JSON.parse(await readFile(file, 'utf8')) as Json;
    if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) throw new Error('it is no JSON object');
    return { values: new Map(Object.entries(raw)), notice: null };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { values: new Map(), notice: null };
    const aside = `${file}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    await rename(file, aside);
    return {
      values: new Map(),
      notice: `The settings could not be read (${reasonOf(error)}); they were put aside as ${aside} and start anew.`,
    };
  }
}
