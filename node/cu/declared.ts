import { AoError } from '../contract/errors.ts';
import { isId, type ProcessId } from '../contract/ids.ts';
import { tagValue, type Tag } from '../contract/item.ts';
import type { LoadedModule } from './modules.ts';

const ENCODING = 'JSON-1';
/** Formats of the network begin so; our own Lua module answers for itself. */
const NETWORK_FORMAT = 'wasm';

/**
 * Refuses what a module or a process declares and this node cannot give, before anything runs (the reference answers
 * 422). A module may name WeaveDrive among its extensions, as aos does: it works without; a process that asks for it does not.
 * @throws AoError MODULE_ENCODING, EXTENSION_MISSING.
 */
export function checkDeclared(process: ProcessId, tags: readonly Tag[], { source, env }: LoadedModule): void {
  for (const name of ['Input-Encoding', 'Output-Encoding']) {
    const encoding = tagValue(env.Tags, name);
    if (encoding !== null && encoding !== ENCODING) throw new AoError('MODULE_ENCODING', { module: source.id, encoding });
  }
  if (!source.format.startsWith(NETWORK_FORMAT)) return;
  const extension = tagValue(tags, 'Extension');
  if (extension !== null) throw new AoError('EXTENSION_MISSING', { process, extension });
  const onBoot = tagValue(tags, 'On-Boot');
  if (onBoot !== null && isId(onBoot)) throw new AoError('EXTENSION_MISSING', { process, extension: 'WeaveDrive to fetch its On-Boot' });
}
