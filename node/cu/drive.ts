import { AoError } from '../contract/errors.ts';
import { isId, toItemId, toProcessId } from '../contract/ids.ts';
import { tagValues, type Tag } from '../contract/item.ts';
import type { Client } from '../contract/rpc.ts';
import { standInsOf } from '../contract/stand-ins.ts';
import type { Modules } from './modules.ts';
import { lastTag, onBootId, type DriveAnswer, type DriveFile } from './vm/drive.ts';

const MODES = ['Assignments', 'Individual', 'Library'];
/** The words of the published extension. */
const NOT_FOUND = 'HALT: FILE NOT FOUND';
const NO_LIBRARY = 'This WeaveDrive implementation does not support Library attestations yet!';

/**
 * What programs find in WeaveDrive, by the rules of the published extension: data by its availability, headers of
 * transactions and blocks freely. Everything counts as it stood at the message's block, so a replay finds the same.
 */
export function createDriveFiles(ask: Client['ask'], modules: Modules): (file: DriveFile) => Promise<DriveAnswer> {
  return async (file) => {
    const [, kind = '', name = ''] = file.path.split('/');
    try {
      if (kind === 'data' && isId(name)) return await dataFile(ask, modules, file, name);
      if (kind === 'tx' && isId(name)) return document(await ask('gateway.document', { kind: 'tx', name, maxHeight: file.blockHeight }));
      if (kind === 'block' && /^\d+$/.test(name))
        return document(await ask('gateway.document', { kind: 'block', name, maxHeight: file.blockHeight }));
      return { halt: NOT_FOUND };
    } catch (error) {
      if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') return { halt: NOT_FOUND };
      throw error;
    }
  };
}

function document({ json }: { readonly json: string }): DriveAnswer {
  return { data: Buffer.from(json) };
}

async function dataFile(ask: Client['ask'], modules: Modules, { process, blockHeight }: DriveFile, id: string): Promise<DriveAnswer> {
  const info = await ask('su.process', { process: toProcessId(process) });
  const { env } = await modules.get(standInsOf(info.assignment).module ?? info.module);
  const { tags } = info.item;
  if (onBootId(tags) !== id) {
    const halt = await refusalOf(ask, id, blockHeight, tags, env.Tags);
    if (halt !== null) return { halt };
    const { ids } = await ask('gateway.search', { ids: [id], owners: [], tags: [], maxHeight: blockHeight });
    if (ids.length === 0) return { halt: NOT_FOUND };
  }
  const { data } = await ask('gateway.data', { id: toItemId(id) });
  return { data: Buffer.from(data, 'base64url') };
}

/** Why a process may not read an item; null where it may. */
async function refusalOf(
  ask: Client['ask'],
  id: string,
  maxHeight: number,
  process: readonly Tag[],
  module: readonly Tag[],
): Promise<string | null> {
  const mode = lastTag(process, 'Availability-Type') ?? lastTag(module, 'Availability-Type') ?? 'Assignments';
  if (!MODES.includes(mode)) return `Unsupported WeaveDrive mode: ${mode}`;
  const owners = [lastTag(process, 'Scheduler') ?? '', ...tagValues(process, 'Attestor')].filter((owner) => owner !== '');
  const says = async (tags: readonly Tag[]): Promise<boolean> =>
    (await ask('gateway.search', { ids: [], owners, tags, maxHeight })).ids.length > 0;
  const tag = (name: string, value: string): Tag => ({ name, value });
  if (await says([tag('Type', 'Attestation'), tag('Message', id), tag('Data-Protocol', 'ao')])) return null;
  if (mode === 'Individual' && (await says([tag('Type', 'Available'), tag('ID', id), tag('Data-Protocol', 'WeaveDrive')]))) return null;
  return mode === 'Library' ? NO_LIBRARY : NOT_FOUND;
}
