import type { ProcessInfo } from '../../../contract/answers.ts';
import { AoError, ERRORS } from '../../../contract/errors.ts';
import { isId, toItemId, toSlot, type ProcessId, type Slot } from '../../../contract/ids.ts';
import { tagValue, type Item, type LogEntry } from '../../../contract/item.ts';
import type { KeptPage, KeptPart, WeaveFile, WeavePlace } from '../../../contract/kept.ts';
import type { Redaction, RedactionWish, RemovedParts } from '../../../contract/redaction.ts';
import type { Client } from '../../../contract/rpc.ts';
import { standInsOf } from '../../../contract/stand-ins.ts';
import { lookedAt, outcomeParts, sentBy } from './apply.ts';
import { createRules, type Rules } from './rules.ts';

/** What goes out of the history of one process. */
export interface ProcessPlan {
  readonly process: ProcessId;
  /** The first slot that cannot be run again; null where all of it can. */
  readonly from: Slot | null;
  readonly messages: ReadonlyMap<number, RemovedParts>;
  readonly outcomes: number;
  /** The code it boots from stands in an item of its own, and stays away. */
  readonly isBootLeft: boolean;
  /** Files of WeaveDrive that stay away, by height and path. */
  readonly files: ReadonlySet<string>;
}

/** What goes out of a recording, worked out before anything is written. */
export interface RedactionPlan {
  readonly rules: Rules;
  readonly of: (process: ProcessId) => ProcessPlan;
  /** Messages of which something goes, in whichever log. */
  readonly ids: ReadonlySet<string>;
  readonly redaction: Redaction;
}

const PAGE = 200;
/** Values that are looked for in states: each is a walk through one. */
const CHECKED_MAX = 100;
/** A shorter text stands in the bytes of any program by chance. */
const MODULE_TEXT_MIN = 8;

interface Draft {
  readonly info: ProcessInfo;
  readonly messages: Map<number, RemovedParts>;
  /** Slots after which something came out that must not leave. */
  readonly outcomes: Set<number>;
  readonly failed: Set<number>;
  outcomeCount: number;
  isBootLeft: boolean;
  readonly files: Set<string>;
  /** Of all drafts together. */
  readonly ids: Set<string>;
}

/** A file of WeaveDrive by what tells it from the others of its process. */
export function fileKey({ blockHeight, path }: Pick<WeaveFile, 'blockHeight' | 'path'>): string {
  return `${blockHeight} ${path}`;
}

/**
 * Works out what must go so that nothing of the wish leaves: what it fits, word-for-word copies of that, and whatever
 * would give it again when it is run. A slot that gave something of it loses its message; a process whose state would
 * still hold some of it loses all of them.
 * @throws AoError REDACTION_IMPOSSIBLE.
 */
export async function planRedaction(
  ask: Client['ask'],
  infos: readonly ProcessInfo[],
  wish: RedactionWish,
  signal: AbortSignal,
): Promise<RedactionPlan> {
  const rules = createRules(wish);
  const ids = new Set<string>();
  const drafts = infos.map((info): Draft => ({
    info,
    messages: new Map(),
    outcomes: new Set(),
    failed: new Set(),
    outcomeCount: 0,
    isBootLeft: false,
    files: new Set(),
    ids,
  }));
  // First all that the rules name, so that copies of it are known whichever log they stand in.
  for (const { info } of drafts) await learn(ask, info, rules, signal);
  for (const draft of drafts) await mark(ask, draft, rules, signal);
  const values = rules.values();
  const checked = values.slice(0, CHECKED_MAX);
  for (const draft of drafts) await checkState(ask, draft, rules, checked, signal);
  const plans = new Map(drafts.map((draft) => [draft.info.process, planOf(draft)]));
  const touched = [...plans.values()].filter(({ from }) => from !== null);
  return {
    rules,
    ids,
    of(process) {
      const plan = plans.get(process);
      if (plan === undefined) throw new AoError('PROCESS_UNKNOWN', { process });
      return plan;
    },
    redaction: {
      actions: [...wish.actions],
      tags: [...wish.tags],
      texts: wish.texts.length,
      left: [...wish.processes],
      processes: touched.map(({ process, from, messages, outcomes }) => ({
        process,
        from: from ?? toSlot(0),
        messages: messages.size,
        outcomes,
      })),
      notes: 0,
      files: touched.reduce((sum, { files }) => sum + files.size, 0),
      checked: { values: checked.length, of: values.length },
    },
  };
}

function planOf({ info, messages, outcomeCount, isBootLeft, files }: Draft): ProcessPlan {
  return {
    process: info.process,
    from: messages.size === 0 ? null : toSlot(lowest(messages)),
    messages,
    outcomes: outcomeCount,
    isBootLeft,
    files,
  };
}

/** The lowest slot, without spreading a long log over the stack. */
function lowest(messages: ReadonlyMap<number, RemovedParts>): number {
  let least = Infinity;
  for (const slot of messages.keys()) least = Math.min(least, slot);
  return least;
}

async function* logOf(
  ask: Client['ask'],
  { process, slotLatest }: ProcessInfo,
  signal: AbortSignal,
): AsyncGenerator<LogEntry & { readonly message: Item }> {
  for (let from = 0; from <= slotLatest;) {
    signal.throwIfAborted();
    const { entries } = await ask('su.log', { process, from: toSlot(from), limit: PAGE });
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (entry.assignment.slot > slotLatest) return;
      yield { ...entry, message: entry.message ?? (await ask('gateway.item', { id: entry.assignment.message })) };
    }
    from += entries.length;
  }
}

async function* keptOf(ask: Client['ask'], { process }: ProcessInfo, signal: AbortSignal): AsyncGenerator<KeptPart> {
  for (let from: number | null = 0; from !== null;) {
    signal.throwIfAborted();
    const page: KeptPage = await ask('cu.kept', { process, from: toSlot(from), isBare: true });
    yield* page.parts;
    from = page.next;
  }
}

async function learn(ask: Client['ask'], info: ProcessInfo, rules: Rules, signal: AbortSignal): Promise<void> {
  for await (const { assignment, message } of logOf(ask, info, signal)) {
    const looked = lookedAt(message, assignment.slot === 0);
    const parts = rules.partsOf(looked);
    if (parts !== null) rules.learn(looked, parts);
  }
  for await (const part of keptOf(ask, info, signal)) {
    if (part.kind !== 'outcome' && part.kind !== 'tick') continue;
    for (const entry of [...part.outcome.messages, ...part.outcome.spawns]) {
      const looked = sentBy(info.process, entry);
      const parts = rules.partsOf(looked);
      if (parts !== null) rules.learn(looked, parts);
    }
  }
}

async function mark(ask: Client['ask'], draft: Draft, rules: Rules, signal: AbortSignal): Promise<void> {
  const { info, outcomes, failed } = draft;
  await checkProgram(ask, draft, rules);
  for await (const part of keptOf(ask, info, signal)) {
    if (part.kind !== 'outcome' && part.kind !== 'tick') continue;
    if (part.kind === 'outcome' && part.outcome.error !== null) failed.add(part.outcome.slot);
    if (outcomeParts(part.outcome, rules) === null) continue;
    draft.outcomeCount++;
    if (part.kind === 'outcome') outcomes.add(part.outcome.slot);
    // A cron message is run on the memory before its slot: what made that memory has to go.
    else outcomes.add(lastRun(part.outcome.slot - 1, failed));
  }
  for await (const { assignment, message } of logOf(ask, info, signal)) {
    const { slot } = assignment;
    const looked = lookedAt(message, slot === 0);
    // Run again, a whole message would give what went out of its outcome.
    const parts = rules.partsOf(looked) ?? (outcomes.has(slot) ? rules.partsOf(looked, true) : null);
    if (parts !== null) put(draft, slot, message.id, parts);
  }
  for await (const file of filesOf(ask, info)) {
    if (file.data === null || !rules.holds(Buffer.from(file.data, 'base64url').toString())) continue;
    draft.files.add(fileKey(file));
  }
  if (draft.files.size > 0 || draft.isBootLeft) await leaveAll(ask, draft, rules, signal);
}

function put({ messages, ids }: Draft, slot: number, id: string, parts: RemovedParts): void {
  messages.set(slot, parts);
  ids.add(id);
}

/** The newest slot up to this one that has left a trace in the memory. */
function lastRun(slot: number, failed: ReadonlySet<number>): number {
  let at = slot;
  while (at > 0 && failed.has(at)) at--;
  return Math.max(0, at);
}

/** The program itself is bytes that nothing can be taken out of; code to boot from can be left out. */
async function checkProgram(ask: Client['ask'], draft: Draft, rules: Rules): Promise<void> {
  const { module, item, assignment } = draft.info;
  const boot = tagValue(item.tags, 'On-Boot');
  if (boot !== null && isId(boot)) {
    const { data } = await ask('gateway.item', { id: toItemId(boot) });
    draft.isBootLeft = data === null ? rules.values().length > 0 : rules.holds(data);
  }
  const texts = rules.values().filter((text) => text.length >= MODULE_TEXT_MIN);
  if (texts.length === 0) return;
  const id = toItemId(standInsOf(assignment).module ?? module);
  const bytes = Buffer.from((await ask('gateway.bytes', { id })).bytes, 'base64url')
    .toString('latin1')
    .toLowerCase();
  if (texts.some((text) => bytes.includes(Buffer.from(text.toLowerCase()).toString('latin1'))))
    throw new AoError('REDACTION_IMPOSSIBLE', { reason: `it stands in the program ${id} itself, whose bytes are one whole` });
}

async function* filesOf(ask: Client['ask'], { process }: ProcessInfo): AsyncGenerator<WeaveFile> {
  for (let after: WeavePlace | null = null; ;) {
    const { files, next }: { readonly files: readonly WeaveFile[]; readonly next: WeavePlace | null } = await ask('cu.weaveFiles', {
      process,
      after,
    });
    yield* files;
    if (next === null) return;
    after = next;
  }
}

/** Looks for what must not leave in the newest state that could still be computed; where it stands there, nothing of the process can be run. */
async function checkState(ask: Client['ask'], draft: Draft, rules: Rules, values: readonly string[], signal: AbortSignal): Promise<void> {
  const { info, messages } = draft;
  const last = messages.size === 0 ? info.slotLatest : (planOf(draft).from ?? 0) - 1;
  if (last < 0) return;
  for (const text of values) {
    signal.throwIfAborted();
    if (!(await isInState(ask, info.process, toSlot(last), text))) continue;
    await leaveAll(ask, draft, rules, signal);
    return;
  }
}

async function isInState(ask: Client['ask'], process: ProcessId, slot: Slot, text: string): Promise<boolean> {
  try {
    const { hits } = await ask('cu.stateFind', { process, slot, path: [], text, limit: 1 });
    return hits.length > 0;
  } catch (error) {
    // What cannot be looked into may hold anything.
    if (error instanceof AoError && ERRORS[error.code].fault === 'user') return true;
    throw error;
  }
}

async function leaveAll(ask: Client['ask'], draft: Draft, rules: Rules, signal: AbortSignal): Promise<void> {
  for await (const { assignment, message } of logOf(ask, draft.info, signal)) {
    const parts = rules.partsOf(lookedAt(message, assignment.slot === 0), true);
    if (parts !== null) put(draft, assignment.slot, message.id, parts);
  }
}
