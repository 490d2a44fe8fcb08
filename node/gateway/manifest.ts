import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { isId, toItemId, type ItemId } from '../contract/ids.ts';
import { tagValue } from '../contract/item.ts';
import type { Shelved } from './shelf.ts';

/** The Content-Types by which an item says that it is a manifest: Arweave's, and Irys's of the same form. */
const MANIFEST_TYPES: readonly (string | undefined)[] = ['application/x.arweave-manifest+json', 'application/x.irys-manifest+json'];
/** Larger ones are served as they are. */
const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;
const MANIFESTS_KEPT = 16;

const target = z.object({ id: z.string().refine(isId) });
/** arweave/paths 0.1.0 and 0.2.0 (docs.arweave.org, manifests): 0.2.0 adds the fallback and an index by id. */
const manifest = z.object({
  manifest: z.enum(['arweave/paths', 'irys/paths']),
  version: z.string(),
  index: z.object({ path: z.string().optional(), id: z.string().refine(isId).optional() }).optional(),
  fallback: target.optional(),
  paths: z.record(z.string(), target),
});

type Manifest = Readonly<z.infer<typeof manifest>>;

/** Which item stands at a path of a manifest; null when none does. */
export type ResolvePath = (path: string) => ItemId | null;

/** Finds the paths in manifests; items never change, so what was read is kept. */
export function createManifests(): (found: Shelved) => ResolvePath | null {
  const known = new LRUCache<ItemId, ResolvePath>({ max: MANIFESTS_KEPT });
  return (found) => {
    const kept = known.get(found.id);
    if (kept !== undefined) return kept;
    const type = tagValue(found.head().tags, 'Content-Type')?.split(';')[0]?.trim().toLowerCase();
    if (!MANIFEST_TYPES.includes(type) || found.dataBytes > MANIFEST_BYTES_MAX) return null;
    const resolve = resolverOf(readManifest(found.data(0, found.dataBytes)));
    known.set(found.id, resolve);
    return resolve;
  };
}

/** A manifest that cannot be read has no paths. */
function readManifest(bytes: Uint8Array): Manifest | null {
  try {
    return manifest.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function resolverOf(read: Manifest | null): ResolvePath {
  if (read === null) return () => null;
  const paths = new Map(Object.entries(read.paths).map(([path, { id }]) => [path, toItemId(id)]));
  const fallback = read.fallback === undefined ? null : toItemId(read.fallback.id);
  const at = (path: string): ItemId | null => paths.get(path) ?? paths.get(path.replace(/\/+$/, '')) ?? null;
  return (path) => {
    if (path !== '') return at(path) ?? fallback;
    const { id, path: indexPath } = read.index ?? {};
    if (id !== undefined) return toItemId(id);
    return (indexPath === undefined ? null : at(indexPath)) ?? fallback;
  };
}
