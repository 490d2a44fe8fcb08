import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AoError, ERRORS, reasonOf } from '../../contract/errors.ts';
import { toItemId, toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { KeptPart } from '../../contract/kept.ts';
import type { Client } from '../../contract/rpc.ts';
import { standInsOf } from '../../contract/stand-ins.ts';
import type { CuTold, MuTold, SuTold, ToldFact } from '../../contract/told.ts';
import { openItem } from '../../item/parse.ts';
import { DATA_FOLDER } from '../inside.ts';
import { emptyManifest, MANIFEST_FILE, manifestText } from '../manifest.ts';
import { checkRecording, KEYFRAMES_SINCE, markOpened, readRecording, type RecordingHeader } from './header.ts';

const ITEM_BYTES_MAX = 512 * 1024 * 1024;
/** Items that are on their way to the gateway together. */
const TOGETHER = 50;
const ONE_BY_ONE: ReadonlySet<string> = new Set(['weave', 'kept', 'told']);

/**
 * Makes the empty, read-only project that a recording is to be filled into; nothing stands at `folder` yet. The file has been
 * read to its end then: what is damaged is told before anything is started for it.
 * @throws AoError as readRecording.
 */
export async function prepareRecording(file: string, folder: string): Promise<RecordingHeader> {
  const header = await checkRecording(file);
  const dataDir = join(folder, DATA_FOLDER);
  await mkdir(dataDir, { recursive: true });
  await markOpened(dataDir, header, file);
  await writeFileAtomic(join(folder, MANIFEST_FILE), manifestText(emptyManifest(basename(file).replace(/\.[^.]*$/, '') || 'recording')));
  return header;
}

/**
 * Brings a recording into the node that has its project open. Every signature, the hash chains, the order of slots and
 * the modules' ids are checked on the way.
 * @throws AoError RECORDING_DAMAGED, and as readRecording.
 */
export async function fillRecording(ask: Client['ask'], file: string): Promise<RecordingHeader> {
  const damaged = (reason: string): AoError => new AoError('RECORDING_DAMAGED', { path: file, reason });
  let header: RecordingHeader | null = null;
  let waiting: Promise<unknown>[] = [];
  /** It may fail while the next line is still read: it is told when all of them are waited for. */
  const send = (work: Promise<unknown>): void => {
    work.catch(() => undefined);
    waiting.push(work);
  };
  const take = async (bytes: string): Promise<void> => {
    await openItem(Buffer.from(bytes, 'base64url'), ITEM_BYTES_MAX);
    await ask('gateway.upload', { item: bytes });
  };
  try {
    for await (const line of readRecording(file)) {
      if ('format' in line) header = line;
      else if (line.kind === 'item') send(take(line.bytes));
      else if (line.kind === 'known') send(ask('gateway.known', { data: line.bytes }));
      else if (line.kind === 'transaction') send(ask('gateway.transaction', { header: line.header, data: line.bytes }));
      else if (line.kind === 'weave') send(ask('cu.giveWeaveFiles', { process: line.process, files: line.files }));
      else if (line.kind === 'removed') send(ask('su.takeRemoved', { process: line.process, messages: line.messages }));
      else if (line.kind === 'kept') send(ask('cu.takeKept', { process: line.process, parts: readable(line.parts, header) }));
      else if (line.kind === 'told') send(giveTold(ask, line.facts));
      // Large ones are waited for one by one, and what was told keeps its order.
      if (waiting.length < TOGETHER && !('kind' in line && ONE_BY_ONE.has(line.kind))) continue;
      await settled(waiting, damaged);
      waiting = [];
    }
    await settled(waiting, damaged);
  } finally {
    // Where the file breaks off, what is on its way still ends before this does.
    await Promise.allSettled(waiting);
  }
  if (header === null) throw damaged('it has no header');
  if (header.lua !== null) await ask('gateway.lua', { module: header.lua });
  const { gaps } = await ask('su.rebuild', {});
  const [gap] = gaps;
  if (gap !== undefined) throw damaged(`the log of ${gap.process} breaks off at slot ${gap.slot}: ${gap.reason}`);
  for (const one of header.processes) await checkProcess(ask, one, damaged);
  return header;
}

/** What was kept, as far as it is of a form that is read here. */
function readable(parts: readonly KeptPart[], header: RecordingHeader | null): readonly KeptPart[] {
  return header === null || header.version >= KEYFRAMES_SINCE ? parts : parts.filter(({ kind }) => kind !== 'keyframe');
}

/** Each unit is given what its like had told. */
async function giveTold(ask: Client['ask'], facts: readonly ToldFact[]): Promise<void> {
  const [su, cu, mu]: [SuTold[], CuTold[], MuTold[]] = [[], [], []];
  for (const fact of facts) {
    if (isOfSu(fact)) su.push(fact);
    else if (fact.kind === 'cu.evaluated') cu.push(fact);
    else mu.push(fact);
  }
  if (su.length > 0) await ask('su.takeTold', { facts: su });
  if (cu.length > 0) await ask('cu.takeTold', { facts: cu });
  if (mu.length > 0) await ask('mu.takeTold', { facts: mu });
}

function isOfSu(fact: ToldFact): fact is SuTold {
  return fact.kind.startsWith('su.');
}

async function checkProcess(
  ask: Client['ask'],
  { process, slots }: RecordingHeader['processes'][number],
  damaged: (reason: string) => AoError,
): Promise<void> {
  const { isProcess } = await ask('su.isProcess', { id: process });
  if (!isProcess) throw damaged(`the log of ${process} is not in it, or not signed by its scheduler`);
  const { slotLatest, module, assignment } = await ask('su.process', { process });
  if (slotLatest + 1 !== slots) throw damaged(`${process} has ${slotLatest + 1} slots in it, not ${slots}`);
  const runs = standInsOf(assignment).module ?? module;
  await ask('gateway.item', { id: toItemId(runs) }).catch((error: unknown) => {
    throw error instanceof AoError && error.code === 'ITEM_NOT_FOUND' ? damaged(`the module ${runs} is not in it`) : error;
  });
}

async function settled(waiting: readonly Promise<unknown>[], damaged: (reason: string) => AoError): Promise<void> {
  // All of them end before the first failure is told: none is left behind.
  const failed = (await Promise.allSettled(waiting)).find(({ status }) => status === 'rejected');
  if (failed === undefined || failed.status === 'fulfilled') return;
  const error: unknown = failed.reason;
  throw error instanceof AoError && ERRORS[error.code].fault === 'user' ? damaged(reasonOf(error).replace(/\.$/, '')) : error;
}

/** How far the history that was computed here is the recorded one. */
export interface Compared {
  readonly process: ProcessId;
  /** Outcomes and states that were equal. */
  readonly outcomes: number;
  readonly states: number;
  readonly firstDifference: Slot | null;
}

/** Compares what the slots give here with what they gave where the recording was made. */
export async function compareRecording(ask: Client['ask'], file: string): Promise<readonly Compared[]> {
  const all = new Map<ProcessId, Compared>();
  const note = (process: ProcessId, slot: number, kind: 'outcomes' | 'states', isSame: boolean): void => {
    const before = all.get(process) ?? { process, outcomes: 0, states: 0, firstDifference: null };
    const first = before.firstDifference;
    all.set(process, {
      ...before,
      [kind]: before[kind] + (isSame ? 1 : 0),
      firstDifference: isSame || (first !== null && first <= slot) ? first : toSlot(slot),
    });
  };
  for await (const line of readRecording(file)) {
    if ('format' in line) {
      for (const { process, slots } of line.processes) await ask('cu.result', { process, slot: toSlot(slots - 1) });
    } else if (line.kind === 'outcomes') {
      const { process, from, hashes } = line;
      const range = { from: toSlot(from), to: toSlot(from + hashes.length - 1), limit: hashes.length, order: 'asc' } as const;
      const { results } = await ask('cu.results', { process, ...range });
      for (const [at, hash] of hashes.entries()) note(process, from + at, 'outcomes', results[at]?.hash === hash);
    } else if (line.kind === 'state') {
      const { hash } = await ask('cu.stateHash', { process: line.process, slot: toSlot(line.slot) });
      note(line.process, line.slot, 'states', hash === line.hash);
    }
  }
  return [...all.values()];
}
