import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ProcessInfo } from '../../contract/answers.ts';
import { toItemId, toSlot, type ProcessId } from '../../contract/ids.ts';
import type { RecordingSize } from '../../contract/kept.ts';
import type { Client } from '../../contract/rpc.ts';
import { standInsOf } from '../../contract/stand-ins.ts';
import type { TimelinePage } from '../../contract/timeline.ts';

const packed = promisify(gzip);
/** Slots of each process that are packed to learn what one takes up. */
const SAMPLE = 100;
const PAGE = 1_000;

/**
 * About how large a recording would be: the modules as they are, a sample of each log packed as it would be, and the
 * memories that are kept. What was read of the weave is not counted.
 * @throws AoError PROCESS_UNKNOWN.
 */
export async function recordingSize(
  ask: Client['ask'],
  processes: readonly ProcessId[],
  withKeyframes: boolean,
  signal: AbortSignal,
): Promise<RecordingSize> {
  const modules = new Set<string>();
  let [bytes, slots] = [0, 0];
  for (const process of processes) {
    signal.throwIfAborted();
    const info = await ask('su.process', { process });
    const count = info.slotLatest + 1;
    slots += count;
    bytes += await logBytes(ask, info);
    if (withKeyframes) bytes += await memoryBytes(ask, info, signal);
    const module = standInsOf(info.assignment).module ?? info.module;
    if (modules.has(module)) continue;
    modules.add(module);
    bytes += await packedBytes((await ask('gateway.bytes', { id: toItemId(module) })).bytes);
  }
  return { bytes, slots };
}

async function packedBytes(text: string): Promise<number> {
  return (await packed(text)).length;
}

/** From the newest slots, which are those that a long log has most of. */
async function logBytes(ask: Client['ask'], { process, slotLatest }: ProcessInfo): Promise<number> {
  const from = toSlot(Math.max(0, slotLatest + 1 - SAMPLE));
  const { items } = await ask('su.export', { process, from, limit: SAMPLE });
  const sampled = slotLatest + 1 - from;
  return ((await packedBytes(items.join('\n'))) / sampled) * (slotLatest + 1);
}

async function memoryBytes(ask: Client['ask'], { process }: ProcessInfo, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  for (let from: number | null = 0; from !== null;) {
    signal.throwIfAborted();
    const page: TimelinePage = await ask('cu.timeline', { process, from: toSlot(from), limit: PAGE });
    // They are packed already: as text they grow by a third, and packing takes that away again.
    for (const { keyframe } of page.entries) bytes += keyframe?.bytes ?? 0;
    from = page.next;
  }
  return bytes;
}
