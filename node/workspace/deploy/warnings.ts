import { isDeepStrictEqual } from 'node:util';
import { AoError } from '../../contract/errors.ts';
import type { Address, ProcessId } from '../../contract/ids.ts';
import { tagValue } from '../../contract/item.ts';
import { KNOWN_NETWORKS, type UnitsNetwork } from '../../contract/networks.ts';
import type { Client } from '../../contract/rpc.ts';
import { resignedBytes } from '../../item/resigned.ts';
import type { TopologyState } from '../topology/state.ts';
import type { WrittenHere } from '../topology/written-here.ts';

const ITEM_BYTES_MAX = 512 * 1024 * 1024;

interface WarningPorts {
  readonly ask: Client['ask'];
  readonly writtenHere: WrittenHere;
  readonly scheduler: () => Address | null;
}

/** A project may give its own addresses the name of a network that everybody knows. */
export function networkWarnings(name: string, network: UnitsNetwork): string[] {
  const known = Object.hasOwn(KNOWN_NETWORKS, name) ? KNOWN_NETWORKS[name] : undefined;
  if (known === undefined || isDeepStrictEqual(known, network)) return [];
  return [`${name} is not the network that the app knows by this name: aoscope.json gives it other addresses.`];
}

/**
 * Receipts come with a project. Where this computer has not written one, its process may be any of the person's, and what is signed for it
 * is good for that one wherever it is sent.
 */
export async function receiptWarnings(
  { running }: Pick<TopologyState, 'running'>,
  names: ReadonlySet<string>,
  ports: WarningPorts,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const [name, { process }] of Object.entries(running)) {
    if (!names.has(name) || ports.writtenHere.has(process)) continue;
    warnings.push(
      `${name}: its receipt was not written on this computer. Make sure that ${process} is the process that you mean: ${await seenOf(process, ports)}.`,
    );
  }
  return warnings;
}

/** What its own item says. */
async function seenOf(process: ProcessId, { ask, scheduler }: WarningPorts): Promise<string> {
  try {
    const { item } = await ask('su.process', { process });
    if (String(item.id) !== String(process) || (await resignedBytes(item, ITEM_BYTES_MAX)) === null)
      return 'the network does not show its item as it was signed';
    const own = tagValue(item.tags, 'Scheduler') ?? 'none';
    const called = tagValue(item.tags, 'Name') ?? '';
    const said = `it calls itself "${called}", and its scheduler is ${own}`;
    return own === scheduler() ? said : `${said}, which is not that of the network (${scheduler() ?? 'unknown'})`;
  } catch (error) {
    if (error instanceof AoError && error.code !== 'CANCELLED') return `the network does not say what it is (${error.code})`;
    throw error;
  }
}
