import type { Context, Hono } from 'hono';
import { AoError } from '../contract/errors.ts';
import type { ItemId } from '../contract/ids.ts';
import { itemIdOf } from '../http/request.ts';
import type { GatewayHttpPorts } from './http.ts';
import { createManifests, type ResolvePath } from './manifest.ts';
import { dataResponse } from './serve-data.ts';
import type { Shelved } from './shelf.ts';

const ID = '{[A-Za-z0-9_-]{43}}';

/** Data by id: as it is under /raw, and through the paths of manifests elsewhere. */
export function addData(app: Hono, { shelf }: Pick<GatewayHttpPorts, 'shelf'>): void {
  const manifestOf = createManifests();
  const existing = (id: ItemId): Shelved => {
    const found = shelf.get(id);
    if (found === null) throw new AoError('ITEM_NOT_FOUND', { id });
    return found;
  };
  const through = (context: Context, id: ItemId, resolve: ResolvePath | null, path: string): Response => {
    const target = resolve?.(path) ?? null;
    if (target === null) throw new AoError('PATH_UNKNOWN', { id, path: path.slice(0, 200) });
    return dataResponse(existing(target), context.req.header('Range'));
  };
  app.get(`/raw/:id${ID}`, (context) => dataResponse(existing(itemIdOf(context.req.param('id'))), context.req.header('Range')));
  app.get(`/:id${ID}`, (context) => {
    const found = existing(itemIdOf(context.req.param('id')));
    const resolve = manifestOf(found);
    if (resolve === null) return dataResponse(found, context.req.header('Range'));
    const { pathname, search } = new URL(context.req.url);
    // Without the slash at its end, links in the page would lead out of the manifest.
    if (!pathname.endsWith('/') && resolve('') !== null) return context.redirect(`/${found.id}/${search}`, 301);
    return through(context, found.id, resolve, '');
  });
  app.get(`/:id${ID}/*`, (context) => {
    const found = existing(itemIdOf(context.req.param('id')));
    return through(context, found.id, manifestOf(found), pathOf(context, found.id));
  });
}

/** What follows the id, decoded, with the slashes it came with. */
function pathOf(context: Context, id: ItemId): string {
  const { pathname } = new URL(context.req.url);
  const path = pathname.slice(pathname.indexOf(id) + id.length + 1);
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AoError('PARAMETER_INVALID', { name: 'path', reason: 'it is not percent-encoded UTF-8' });
  }
}
