import { isProgramFile } from '../../contract/modules.ts';
import type { ProjectFiles } from '../files.ts';
import { sourcesOf, versionOfSources } from '../modules/sources.ts';
import { versionOf } from '../text.ts';
import { hexHash } from './agreed.ts';

/** The module that a process names, as content: what was uploaded once is not uploaded again. */
export interface ModuleContent {
  /** Tells it from every other; of a published one its id or name. */
  readonly key: string;
  /** Null for a published one, and for one that is not compiled yet. */
  readonly bytes: number | null;
  /** Of the content (hex); null likewise. */
  readonly sha256: string | null;
  readonly isPublished: boolean;
}

/** @param builtIn gives the module of this app. @throws AoError FILE_*. */
export async function contentOf(
  ref: string | null,
  files: Pick<ProjectFiles, 'bytes'>,
  builtIn: () => Promise<Uint8Array>,
): Promise<ModuleContent> {
  if (ref !== null && !isProgramFile(ref)) return { key: ref, bytes: null, sha256: null, isPublished: true };
  if (ref === null) {
    const content = await builtIn();
    return { key: `lua ${versionOf(content)}`, bytes: content.length, sha256: hexHash(content), isPublished: false };
  }
  const sources = await sourcesOf(ref, files);
  // What it is compiled to, or wrapped for the network, has another size and content.
  return { key: versionOfSources(sources), bytes: null, sha256: null, isPublished: false };
}
