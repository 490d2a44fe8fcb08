import { AoError, type ErrorCode } from '../contract/errors.ts';
import { isId, toItemId, toProcessId, type ProcessId } from '../contract/ids.ts';
import { itemType, tagValue, type Item, type Tag } from '../contract/item.ts';
import { openItem } from '../item/parse.ts';
import type { MuPorts } from './ports.ts';
import type { Processes } from './processes.ts';

/** An item that may go on to the scheduler, and the process it concerns. */
export interface Accepted {
  readonly item: Item;
  readonly process: ProcessId;
}

/**
 * Checks and classifies one item from outside (protocol §2.2). Stricter than the reference where a person would only
 * wonder later: a message to a process that is not here and a spawn of a module that is nowhere are refused at once.
 * @throws AoError ITEM_NO_PROTOCOL, ITEM_BAD_TYPE, PROCESS_UNKNOWN, and as canRun.
 */
export async function accept(ports: MuPorts, processes: Processes, item: Item): Promise<Accepted> {
  if (!item.tags.some(({ name, value }) => name === 'Data-Protocol' && value === 'ao')) throw new AoError('ITEM_NO_PROTOCOL');
  const type = itemType(item.tags);
  if (type === 'Process') {
    await canRun(ports, toProcessId(item.id), item.tags);
    return { item, process: toProcessId(item.id) };
  }
  if (type !== 'Message') throw new AoError('ITEM_BAD_TYPE');
  if (!(await processes.isProcess(item.target))) throw new AoError('PROCESS_UNKNOWN', { process: item.target || '(no target)' });
  processes.hasSigned(item.address);
  return { item, process: toProcessId(item.target) };
}

/** Bytes as they come from outside. @throws AoError ITEM_* as openItem. */
export function open(ports: MuPorts, bytes: Uint8Array): Promise<Item> {
  return openItem(bytes, ports.limits.itemBytes);
}

/** Why a compute unit will not run a process, whenever it is asked. */
const DECLINES: ReadonlySet<string> = new Set<ErrorCode>([
  'LIMIT_DECLINED',
  'MODULE_FORMAT_UNKNOWN',
  'MODULE_ENCODING',
  'EXTENSION_MISSING',
]);

/**
 * A spawn's module must stand on the gateway, and the compute unit must have what it declares. Where that unit is not
 * there just now the spawn goes on: it will say so at the first result.
 * @throws AoError SPAWN_NO_MODULE, MODULE_UNKNOWN, LIMIT_DECLINED, MODULE_FORMAT_UNKNOWN, MODULE_ENCODING, EXTENSION_MISSING.
 */
export async function canRun(ports: MuPorts, process: ProcessId, tags: readonly Tag[]): Promise<void> {
  await knownModule(ports, tags);
  await ports.ask('cu.accepts', { process, tags }).catch((error: unknown) => {
    if (error instanceof AoError && DECLINES.has(error.code)) throw error;
  });
}

async function knownModule(ports: MuPorts, tags: readonly Tag[]): Promise<void> {
  const module = tagValue(tags, 'Module');
  if (module === null || !isId(module)) throw new AoError('SPAWN_NO_MODULE');
  try {
    await ports.ask('gateway.item', { id: toItemId(module) });
  } catch (error) {
    if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') throw new AoError('MODULE_UNKNOWN', { module });
    throw error;
  }
}
