import type { Manifest, ManifestProcess } from '../../contract/desktop.ts';
import type { Tag } from '../../contract/item.ts';
import { isProgramFile } from '../../contract/modules.ts';
import { sha256Text } from '../../item/hash.ts';
import { bundle } from '../bundle/bundle.ts';
import type { ProjectFiles } from '../files.ts';
import { sourcesOf, versionOfSources } from '../modules/sources.ts';

/** What a process of the manifest is to run, as its files stand. */
export interface Program {
  /** `code` is evaluated, `data` is given and not evaluated, `module` is a program of the project itself. */
  readonly kind: 'code' | 'data' | 'module';
  /** '' where the program is the module. */
  readonly text: string;
  /** Of the text, or of the program: what tells whether anything was changed. */
  readonly hash: string;
  readonly files: readonly string[];
  /** What the manifest means by the module; null for the Lua module. */
  readonly moduleRef: string | null;
  /** The same, with the content of a file. The app's own module is meant as such: a newer app does not make a process old. */
  readonly moduleKey: string;
}

type Reads = Pick<ProjectFiles, 'read' | 'bytes'> & Partial<Pick<ProjectFiles, 'list'>>;

/**
 * Reads and bundles the source of a process.
 * @throws AoError FILE_*, BUNDLE_*.
 */
export async function programOf(
  { source, module, boot }: Pick<ManifestProcess, 'source' | 'module' | 'boot'>,
  files: Reads,
  where: Manifest['bundle'],
): Promise<Program> {
  const isModule = isProgramFile(source);
  const named = module === undefined || module === 'lua' ? null : module;
  const moduleRef = named ?? (isModule ? source : null);
  const { key: moduleKey, files: made } = await keyOf(moduleRef, files);
  const of = { moduleRef, moduleKey };
  if (isModule) return { kind: 'module', text: '', hash: sha256Text(moduleKey), files: named === null ? made : [source], ...of };
  const read = async (path: string): Promise<string> => (await files.read(path)).text;
  if (boot === 'data') {
    const text = await read(source);
    return { kind: 'data', text, hash: sha256Text(text), files: [source], ...of };
  }
  return { kind: 'code', ...(await bundle(source, read, where)), ...of };
}

async function keyOf(ref: string | null, files: Reads): Promise<{ readonly key: string; readonly files: readonly string[] }> {
  if (ref === null || !isProgramFile(ref)) return { key: ref ?? 'lua', files: [] };
  const sources = await sourcesOf(ref, files);
  return { key: versionOfSources(sources), files: [...sources.keys()] };
}

/** Does a program speak of other processes by their names? */
export function isPeering({ kind, text }: Program): boolean {
  return kind === 'code' && /\bPeers\b/.test(text);
}

/** The tags of a process item besides those that every one has. @param ids of the processes that run, by name. */
export function tagsOf({ source, tags, cron = [], needs = [] }: ManifestProcess, ids: ReadonlyMap<string, string>): readonly Tag[] {
  return [
    { name: 'Source', value: source },
    ...listed(tags),
    ...cron.flatMap(({ every, tags: more }) => [
      { name: 'Cron-Interval', value: every },
      ...listed(more).map(({ name, value }) => ({ name: `Cron-Tag-${name}`, value })),
    ]),
    ...needs.flatMap((name) => {
      const id = ids.get(name);
      return id === undefined ? [] : [{ name: `Peer-${name}`, value: id }];
    }),
  ];
}

/** What only a new process can have: where it is another one than that of the process, evaluating code does not help. */
export function shapeOf(process: ManifestProcess, program: Program, ids: ReadonlyMap<string, string>): string {
  const { kind, moduleKey, hash } = program;
  // Code is told of others again when they are new; what is no code has only its tags.
  const tags = tagsOf(kind === 'code' ? { ...process, needs: [] } : process, ids);
  return sha256Text(JSON.stringify([moduleKey, kind, process.boot ?? 'on-boot', tags, kind === 'code' ? null : hash]));
}

export function listed(tags: Readonly<Record<string, string>> = {}): Tag[] {
  return Object.entries(tags).map(([name, value]) => ({ name, value }));
}
