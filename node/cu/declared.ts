import { AoError } from '../contract/errors.ts';
import type { ProcessId } from '../contract/ids.ts';
import { tagValue, tagValues, type Tag } from '../contract/item.ts';
import { onBootId } from './vm/drive.ts';
import type { LoadedModule } from './modules.ts';

const ENCODING = 'JSON-1';
/** Formats of the network begin so; our own Lua module answers for itself. */
const NETWORK_FORMAT = 'wasm';
/** Plain modules read no files. */
const PLAIN_FORMAT = 'wasm32-unknown-unknown';
const DRIVE = 'WeaveDrive';

/**
 * Refuses what a module or a process declares and this node cannot give, before anything runs (the reference answers
 * 422). Every format of the network has WeaveDrive.
 * @throws AoError MODULE_ENCODING, EXTENSION_MISSING.
 */
export function checkDeclared(process: ProcessId, tags: readonly Tag[], { source, env }: LoadedModule): void {
  for (const name of ['Input-Encoding', 'Output-Encoding']) {
    const encoding = tagValue(env.Tags, name);
    if (encoding !== null && encoding !== ENCODING) throw new AoError('MODULE_ENCODING', { module: source.id, encoding });
  }
  if (!source.format.startsWith(NETWORK_FORMAT)) return;
  const hasDrive = source.format !== PLAIN_FORMAT;
  const extension = tagValues(tags, 'Extension').find((name) => !hasDrive || name !== DRIVE);
  if (extension !== undefined) throw new AoError('EXTENSION_MISSING', { process, extension });
  if (!hasDrive && onBootId(tags) !== null) throw new AoError('EXTENSION_MISSING', { process, extension: `${DRIVE} to fetch its On-Boot` });
}
