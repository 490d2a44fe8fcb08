import { lstat } from 'node:fs/promises';
import type { ProcessInfo } from '../../contract/answers.ts';
import { AoError } from '../../contract/errors.ts';
import type { FocusNote } from '../../contract/focus-note.ts';
import { isId, toItemId, toSlot, type ItemId, type ModuleId, type ProcessId, type Slot } from '../../contract/ids.ts';
import { tagValue } from '../../contract/item.ts';
import type { KeptPage, KeptPart, RecordingInfo, WeaveFile, WeavePlace } from '../../contract/kept.ts';
import { NO_REDACTION, type RedactionWish, type RemovedMessage, type RemovedParts } from '../../contract/redaction.ts';
import type { Client } from '../../contract/rpc.ts';
import type { Progress } from '../../contract/timeline.ts';
import { standInsOf } from '../../contract/stand-ins.ts';
import { FORMAT, VERSION, type RecordingHeader, type RecordingLine } from './header.ts';
import { leftOf, outcomeLeft } from './redact/apply.ts';
import { fileKey, planRedaction, type ProcessPlan, type RedactionPlan } from './redact/plan.ts';
import type { Rules } from './redact/rules.ts';
import { toldOf } from './told.ts';
import { writeRecording } from './write.ts';

/** What is to go into a recording. */
export interface ExportWish {
  /** Where to; nothing stands there yet. */
  readonly file: string;
  readonly processes: readonly ProcessId[];
  readonly note: string;
  readonly focus?: RecordingInfo['focus'];
  readonly notes?: RecordingInfo['notes'];
  readonly marks?: RecordingInfo['marks'];
  /** What must not leave. */
  readonly redact?: RedactionWish;
  /** The person has agreed that what stands there is replaced. */
  readonly isReplacing?: boolean;
  /** With outcomes, cron messages and memories as they were computed here. */
  readonly withKeyframes?: boolean;
  readonly app: string;
  readonly lua: ModuleId | null;
}

/** Who waits for an export. */
export interface ExportWatch {
  /** Is told how far it has come: each slot counts once when its message is written, and once when its outcome is. */
  readonly tell?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

const PAGE = 200;
/** States are hashed this many slots apart, and at the end. */
const STATE_EVERY = 500;

/**
 * Writes a recording of processes: their logs up to now, what was written down beside them, their modules and the data
 * that was assigned to them. No key is asked for, so none is in it.
 * @throws AoError PROCESS_UNKNOWN, RECORDING_IMPOSSIBLE, REDACTION_IMPOSSIBLE, FILE_EXISTS, FILE_UNREADABLE, CANCELLED.
 */
export async function exportRecording(asking: Client['ask'], wish: ExportWish, watch: ExportWatch = {}): Promise<RecordingHeader> {
  const { signal = NEVER } = watch;
  const ask: Client['ask'] = (name, args) => asking(name, args, signal);
  const { withKeyframes = false, redact = NO_REDACTION } = wish;
  const infos = await recordedOf(ask, wish.processes, redact);
  checkPlaces(infos, wish);
  const isThere = await lstat(wish.file).then(
    () => true,
    () => false,
  );
  if (isThere && wish.isReplacing !== true) throw new AoError('FILE_EXISTS', { path: wish.file });
  const plan = isNothing(redact) ? null : await planRedaction(ask, infos, redact, signal);
  const header = headerOf(wish, infos, plan);
  const lines = bodyOf({ ask, infos, withKeyframes, plan, count: counting(infos, watch) });
  await writeRecording(header, lines, { file: wish.file, isReplacing: wish.isReplacing === true, signal });
  return header;
}

function counting(infos: readonly ProcessInfo[], { tell, signal }: ExportWatch): Source['count'] {
  const startedMs = performance.now();
  const of = 2 * infos.reduce((sum, { slotLatest }) => sum + slotLatest + 1, 0);
  let done = 0;
  return (more) => {
    if (signal?.aborted === true) throw new AoError('CANCELLED');
    done += more;
    tell?.({ done, of, elapsedMs: performance.now() - startedMs });
  };
}

const NEVER = new AbortController().signal;

/** The processes that go in: those that are to stay away do not. @throws AoError PROCESS_UNKNOWN, RECORDING_IMPOSSIBLE. */
export async function recordedOf(ask: Client['ask'], processes: readonly ProcessId[], redact: RedactionWish): Promise<ProcessInfo[]> {
  const infos: ProcessInfo[] = [];
  for (const process of processes) if (!redact.processes.includes(process)) infos.push(await ask('su.process', { process }));
  if (infos.length === 0)
    throw new AoError('RECORDING_IMPOSSIBLE', { process: 'A project without processes', reason: 'it has no history' });
  return infos;
}

/** Is nothing to be taken out? */
export function isNothing({ processes, actions, tags, texts }: RedactionWish): boolean {
  return [processes, actions, tags, texts].every((one) => one.length === 0);
}

function checkPlaces(infos: readonly ProcessInfo[], { focus = null, notes = [] }: ExportWish): void {
  for (const { process, slot } of [...(focus === null ? [] : [focus]), ...notes]) {
    const info = infos.find((one) => one.process === process);
    if (info === undefined || slot > info.slotLatest) throw new AoError('SLOT_UNKNOWN', { process, slot });
  }
}

/** What stands at the head of the file, without what must not leave. */
function headerOf(wish: ExportWish, infos: readonly ProcessInfo[], plan: RedactionPlan | null): RecordingHeader {
  const { focus = null, notes = [], marks = [] } = wish;
  const [first] = infos;
  if (first === undefined)
    throw new AoError('RECORDING_IMPOSSIBLE', { process: 'A project without processes', reason: 'it has no history' });
  const stays = (text: string): boolean => plan === null || !plan.rules.holds(text);
  const isMarkKept = ({ text, place }: FocusNote): boolean =>
    stays(text) && stays(place.value ?? '') && (place.process === null || infos.some(({ process }) => process === place.process));
  const [notesKept, marksKept] = [notes.filter(({ text }) => stays(text)), marks.filter(isMarkKept)];
  const gone = notes.length - notesKept.length + marks.length - marksKept.length;
  const redaction = plan === null ? null : { ...plan.redaction, notes: gone };
  return {
    format: FORMAT,
    version: VERSION,
    app: wish.app,
    note: stays(wish.note) ? wish.note : '',
    scheduler: first.assignment.address,
    carrier: null,
    lua: wish.lua,
    processes: infos.map(({ process, name, slotLatest }) => ({
      process,
      name: name !== null && stays(name) ? name : '',
      slots: slotLatest + 1,
    })),
    focus,
    notes: notesKept,
    marks: marksKept,
    redaction,
  };
}

/** What the lines of a recording are made from. */
interface Source {
  readonly ask: Client['ask'];
  readonly infos: readonly ProcessInfo[];
  readonly withKeyframes: boolean;
  /** Null where nothing is taken out. */
  readonly plan: RedactionPlan | null;
  /** So many messages or outcomes more have been written. @throws AoError CANCELLED. */
  readonly count: (more: number) => void;
}

async function* bodyOf(source: Source): AsyncGenerator<RecordingLine> {
  const { ask, infos, withKeyframes, plan } = source;
  const written = new Set<ItemId>();
  // First of all: what is brought in behind it is told with these times.
  for await (const facts of toldOf(ask, infos, plan)) yield { kind: 'told', facts };
  for (const info of infos) {
    const own = plan?.of(info.process) ?? null;
    const isCut = own !== null && own.from !== null;
    for (const id of needsOf(info, own?.isBootLeft ?? false)) yield* itemLine(ask, id, written);
    yield* logOf(source, info, written);
    yield* weaveOf(ask, info, own?.files ?? NO_FILES);
    // Where nothing can be run again, what came of it is all there is.
    if (withKeyframes || isCut) yield* keptOf(ask, info, withKeyframes, own, plan?.rules ?? null);
    yield* hashesOf(source, info, own?.from ?? null);
  }
}

const NO_FILES: ReadonlySet<string> = new Set();

/** What a process is made of: its module, and what it boots from. */
function needsOf({ module, item, assignment }: ProcessInfo, isBootLeft: boolean): ItemId[] {
  const boot = tagValue(item.tags, 'On-Boot');
  return [toItemId(standInsOf(assignment).module ?? module), ...(boot !== null && isId(boot) && !isBootLeft ? [toItemId(boot)] : [])];
}

async function* itemLine(ask: Client['ask'], id: ItemId, written: Set<ItemId>): AsyncGenerator<RecordingLine> {
  if (written.has(id)) return;
  written.add(id);
  const { bytes, form, header } = await ask('gateway.bytes', { id });
  yield form === 'transaction' ? { kind: form, bytes, header: header ?? '' } : { kind: form, bytes };
}

/** What it read of the weave: where the file is opened no gateway has it. */
async function* weaveOf(ask: Client['ask'], { process }: ProcessInfo, without: ReadonlySet<string>): AsyncGenerator<RecordingLine> {
  for (let after: WeavePlace | null = null; ;) {
    const { files, next }: { readonly files: readonly WeaveFile[]; readonly next: WeavePlace | null } = await ask('cu.weaveFiles', {
      process,
      after,
    });
    const told = files.filter((file) => !without.has(fileKey(file)));
    if (told.length > 0) yield { kind: 'weave', process, files: told };
    if (next === null) return;
    after = next;
  }
}

async function* keptOf(
  ask: Client['ask'],
  { process }: ProcessInfo,
  withKeyframes: boolean,
  plan: ProcessPlan | null,
  rules: Rules | null,
): AsyncGenerator<RecordingLine> {
  for (let from: number | null = 0; from !== null;) {
    const page: KeptPage = await ask('cu.kept', { process, from: toSlot(from), isBare: !withKeyframes });
    const parts = page.parts.flatMap((part) => partLeft(part, plan, rules));
    if (parts.length > 0) yield { kind: 'kept', process, parts };
    from = page.next;
  }
}

/** Memories hold whatever was sent before: from the first slot with something gone on, none leaves. */
function partLeft(part: KeptPart, plan: ProcessPlan | null, rules: Rules | null): readonly KeptPart[] {
  if (plan === null || rules === null || plan.from === null) return [part];
  if (part.kind === 'keyframe') return part.slot < plan.from ? [part] : [];
  if (part.kind === 'outcome') return [{ ...part, outcome: outcomeLeft(part.outcome, rules) }];
  return part.kind === 'tick' ? [{ ...part, outcome: outcomeLeft(part.outcome, rules) }] : [part];
}

async function* logOf(
  { ask, plan: all, count }: Source,
  { process, slotLatest }: ProcessInfo,
  written: Set<ItemId>,
): AsyncGenerator<RecordingLine> {
  const plan = all?.of(process) ?? null;
  const gone = plan?.messages ?? new Map<number, RemovedParts>();
  for (let from: number | null = 0; from !== null && from <= slotLatest;) {
    const limit = Math.min(PAGE, slotLatest - from + 1);
    const slots: Slot[] = Array.from({ length: limit }, (_, at) => toSlot(Number(from) + at)).filter((slot) => gone.has(slot));
    const without = plan === null || plan.from === null ? {} : { without: { slots, from: plan.from } };
    const { items, next }: { readonly items: readonly string[]; readonly next: number | null } = await ask('su.export', {
      process,
      from: toSlot(from),
      limit,
      ...without,
    });
    for (const bytes of items) yield { kind: 'item', bytes };
    count((next ?? slotLatest + 1) - from);
    from = next;
  }
  for (let from = 0; from <= slotLatest;) {
    const { entries } = await ask('su.log', { process, from: toSlot(from), limit: PAGE });
    if (entries.length === 0) return;
    const left: RemovedMessage[] = [];
    for (const { assignment, message } of entries) {
      const parts = gone.get(assignment.slot);
      if (parts !== undefined && all !== null)
        left.push(leftOf(message ?? (await ask('gateway.item', { id: assignment.message })), parts, all.rules));
      else if (message === null && all?.ids.has(assignment.message) !== true) yield* itemLine(ask, assignment.message, written);
    }
    if (left.length > 0) yield { kind: 'removed', process, messages: left };
    from += entries.length;
  }
}

/** @param until only what can be run again has hashes to compare; null for all of it. */
async function* hashesOf({ ask, count }: Source, { process, slotLatest }: ProcessInfo, until: Slot | null): AsyncGenerator<RecordingLine> {
  const newest = until === null ? slotLatest : until - 1;
  count(slotLatest - newest);
  if (newest < 0) return;
  // This also has every slot evaluated.
  const last = await ask('cu.stateHash', { process, slot: toSlot(newest) });
  for (let from = 0; from <= newest;) {
    const to = Math.min(from + PAGE - 1, newest);
    const { results } = await ask('cu.results', { process, from: toSlot(from), to: toSlot(to), limit: PAGE, order: 'asc' });
    yield { kind: 'outcomes', process, from, hashes: results.map(({ hash }) => hash) };
    count(to + 1 - from);
    from = to + 1;
  }
  for (let slot = STATE_EVERY; slot < newest; slot += STATE_EVERY)
    yield { kind: 'state', process, slot, hash: (await ask('cu.stateHash', { process, slot: toSlot(slot) })).hash };
  yield { kind: 'state', process, slot: newest, hash: last.hash };
}
