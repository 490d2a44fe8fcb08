import { AoError } from '../contract/errors.ts';
import { toItemId, toSlot, type ProcessId } from '../contract/ids.ts';
import { tagValue, type LogEntry } from '../contract/item.ts';
import type { CuPorts } from './ports.ts';
import { messageInput } from './message.ts';
import type { Step } from './evaluator/protocol.ts';
import type { ModuleSource, ProcessEnv } from './vm/machine.ts';

/** What a process runs: its module's bytes and what every evaluation is told of it. */
export interface Program {
  readonly module: ModuleSource;
  readonly env: ProcessEnv;
}

/**
 * Fetches a process's module.
 * @throws AoError PROCESS_UNKNOWN, MODULE_UNKNOWN, MODULE_FORMAT_UNKNOWN.
 */
export async function fetchProgram(ports: CuPorts, process: ProcessId): Promise<Program> {
  const info = await ports.ask('su.process', { process });
  const item = await ports.ask('gateway.item', { id: toItemId(info.module) }).catch((error: unknown) => {
    if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') throw new AoError('MODULE_UNKNOWN', { module: info.module });
    throw error;
  });
  const format = tagValue(item.tags, 'Module-Format');
  if (format === null) throw new AoError('MODULE_FORMAT_UNKNOWN', { module: info.module, format: 'none' });
  const { data } = await ports.ask('gateway.data', { id: item.id });
  return {
    module: { id: info.module, format, bytes: Buffer.from(data, 'base64url') },
    env: {
      Process: { Id: process, Owner: info.item.address, Tags: info.item.tags },
      Module: { Id: info.module, Owner: item.address, Tags: item.tags },
    },
  };
}

/** A log entry as a step to run; an assignment's data is fetched from the gateway. */
export async function stepOf(ports: CuPorts, { assignment, message }: LogEntry): Promise<Step> {
  const item = message ?? (await ports.ask('gateway.item', { id: assignment.message }));
  return { slot: assignment.slot, message: messageInput(assignment, item, message === null) };
}

const PAGE = 200;

/**
 * The steps of the slots after `after` up to `to`, without those that failed: a failed slot leaves the memory as it
 * was, and one that a limit ended must not be run again (design §3: a replay obeys the recorded verdict).
 */
export async function stepsBetween(ports: CuPorts, process: ProcessId, after: number, to: number): Promise<Step[]> {
  const failed = ports.memory.failedSlots(process, after + 1, to);
  const steps: Step[] = [];
  for (let from = after + 1; from <= to; from += PAGE) {
    const { entries } = await ports.ask('su.log', { process, from: toSlot(from), limit: Math.min(PAGE, to - from + 1) });
    for (const entry of entries) if (!failed.has(entry.assignment.slot)) steps.push(await stepOf(ports, entry));
  }
  return steps;
}
