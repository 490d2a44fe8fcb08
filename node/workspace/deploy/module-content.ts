import { isProgramFile } from '../../contract/modules.ts';
import type { ProjectFiles } from '../files.ts';
import { sourcesOf, versionOfSources } from '../modules/sources.ts';
import { versionOf } from '../text.ts';

/** The module that a process names, as content: what was uploaded once is not uploaded again. */
export interface ModuleContent {
  /** Tells it from every other; of a published one its id or name. */
  readonly key: string;
  /** Null for a published one. */
  readonly bytes: number | null;
}

/** @param builtIn gives the module of this app. @throws AoError FILE_*. */
export async function contentOf(
  ref: string | null,
  files: Pick<ProjectFiles, 'bytes'>,
  builtIn: () => Promise<Uint8Array>,
): Promise<ModuleContent> {
  if (ref !== null && !isProgramFile(ref)) return { key: ref, bytes: null };
  if (ref === null) {
    const content = await builtIn();
    return { key: `lua ${versionOf(content)}`, bytes: content.length };
  }
  const sources = await sourcesOf(ref, files);
  // What is compiled is about as large as what it is made from.
  return { key: versionOfSources(sources), bytes: [...sources.values()].reduce((sum, { length }) => sum + length, 0) };
}
