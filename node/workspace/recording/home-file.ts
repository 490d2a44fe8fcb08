import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessInfo } from '../../contract/answers.ts';
import type { Commands } from '../../contract/commands.ts';
import { AoError } from '../../contract/errors.ts';
import { toItemId, toSlot, type Address, type Slot } from '../../contract/ids.ts';
import type { Client } from '../../contract/rpc.ts';
import { readRecording, type RecordingLine } from './header.ts';
import { homeHeader, moduleOf, outcomesThere } from './home.ts';
import type { HomeOrigin } from './home-origin.ts';
import type { LogPage } from './log-pages.ts';
import { writeRecording } from './write.ts';

/** What the recording of a process that was brought home is written from. */
export interface HomeCarrying {
  readonly origin: HomeOrigin;
  /** The node of the project that it is in. */
  readonly here: Client['ask'];
  /** A node whose units are those of the network. */
  readonly there: Client['ask'];
  /** Of the scheduler unit here, which signs what the lines lie in; null while it is not up. */
  readonly carrier: () => Address | null;
  /** Where recordings of processes that were brought home are kept. */
  readonly homeDir: string;
  readonly app: string;
}

const PAGE = 200;

/**
 * Writes all slots that are here into a recording, over the one that was written of it before.
 * @param known where that stands, how many slots the network has, and why the others are not here.
 * @param stop once it aborts the network is not asked for outcomes any more: those that it has told are in the file.
 * @returns where it stands.
 * @throws AoError FILE_UNREADABLE, CANCELLED; what the units say.
 */
export async function writeHome(
  { origin, here, there, carrier, homeDir, app }: HomeCarrying,
  { file, of, gap }: { readonly file: string | null; readonly of: number; readonly gap: LogPage['gap'] },
  { left: signal, stop }: { readonly left: AbortSignal; readonly stop: AbortSignal },
): Promise<string> {
  const { process, network, name } = origin;
  const signer = carrier();
  if (signer === null) throw new AoError('UNIT_DOWN', { unit: 'su' });
  const info = await here('su.process', { process }, signal);
  const slots = info.slotLatest + 1;
  await mkdir(homeDir, { recursive: true });
  const path = file ?? join(homeDir, `${fileName(name)}-${process.slice(0, 8)}-${Date.now().toString(36)}.aoscope`);
  const header = homeHeader({ process, network, app }, info, { slots, of: Math.max(of, slots), gap, carrier: signer });
  await writeRecording(header, linesOf({ here, there, info, signal, enough: stop }), { file: path, isReplacing: true, signal });
  return path;
}

/** How many slots that recording has; 0 where there is none, or none that can be read. */
export async function slotsInFile(file: string | null): Promise<number> {
  if (file === null) return 0;
  try {
    for await (const one of readRecording(file)) return 'format' in one ? (one.processes[0]?.slots ?? 0) : 0;
  } catch {
    // It is written anew then.
  }
  return 0;
}

/** What a process calls itself, as a part of the name of a file. */
function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N} ]+/gu, '-').slice(0, 40) || 'process';
}

interface Lines extends Pick<HomeCarrying, 'here' | 'there'> {
  readonly info: ProcessInfo;
  readonly signal: AbortSignal;
  readonly enough: AbortSignal;
}

async function* linesOf({ here, there, info, signal, enough }: Lines): AsyncGenerator<RecordingLine> {
  const { process, slotLatest } = info;
  const { bytes, form } = await here('gateway.bytes', { id: toItemId(moduleOf(info)) }, signal);
  yield { kind: form === 'known' ? 'known' : 'item', bytes };
  for (let from: Slot | null = toSlot(0); from !== null && from <= slotLatest;) {
    const limit = Math.min(PAGE, slotLatest - from + 1);
    const { items, next }: Commands['su.export']['reply'] = await here('su.export', { process, from, limit, isCarried: true }, signal);
    for (const item of items) yield { kind: 'item', bytes: item };
    from = next;
  }
  for (let from = 0; from <= slotLatest;) {
    const { entries } = await here('su.log', { process, from: toSlot(from), limit: PAGE }, signal);
    if (entries.length === 0) break;
    for (const { message, assignment } of entries)
      if (message === null) yield { kind: 'item', bytes: (await here('gateway.bytes', { id: assignment.message }, signal)).bytes };
    from += entries.length;
  }
  yield* outcomesThere(there, { process, slots: slotLatest + 1, signal, enough });
}
