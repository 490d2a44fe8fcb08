import { ERRORS, type ErrorCode } from '../../node/contract/errors.ts';
import { each } from './few.ts';
import { hopsOf, pulledAt, storedAt, type Hop } from './journey.ts';
import { childrenOf, deliveriesOf, nameOf, parentOf } from './lookup.ts';
import { isAssigned, type MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** The six steps that every message of ao goes. */
export const STEPS = ['received', 'slot', 'stored', 'evaluated', 'result', 'pushed'] as const;
export type StepName = (typeof STEPS)[number];

/** One step of a message's way. */
export interface Step {
  readonly name: StepName;
  /** `waits`: it has come this far and goes no further yet; `lost`: here it ends; `unknown`: no fact tells of it; `none`: this way has no such step. */
  readonly state: 'done' | 'waits' | 'lost' | 'ahead' | 'unknown' | 'none';
  /** What happened, or why not, in one line. */
  readonly words: string;
  /** What to do where it is lost or waits; null where there is nothing to do. */
  readonly cure: string | null;
  readonly code: ErrorCode | null;
  /** How long it took, ms; null where that is not known. */
  readonly tookMs: number | null;
}

type Told = Pick<Step, 'state' | 'words'> & Partial<Pick<Step, 'cure' | 'code' | 'tookMs'>>;

/** The way of one message, step by step, whether it has gone it or not. Behind a step at which it is lost nothing comes. */
export function stepsOf(world: World, row: MessageRow): readonly Step[] {
  const hops = new Map(hopsOf(world, row).map((hop) => [hop.kind, hop]));
  const told: Readonly<Record<StepName, (world: World, row: MessageRow, hops: Hops) => Told>> = {
    received,
    slot: row.cron === null ? slotStep : () => ({ state: 'none', words: cronPlace(row) }),
    stored,
    evaluated,
    result,
    pushed,
  };
  let isOver = false;
  return STEPS.map((name) => {
    const step = isOver ? AHEAD : told[name](world, row, hops);
    // It is stored beside the rest of its way, which does not wait for it.
    isOver ||= name !== 'stored' && (step.state === 'lost' || step.state === 'waits');
    return { name, cure: null, code: null, tookMs: null, ...step };
  });
}

/** Where a message came to an end, or waits; null where it went its whole way. */
export function stopOf(steps: readonly Step[]): Step | null {
  return steps.find(({ state }) => state === 'lost') ?? steps.find(({ state, name }) => state === 'waits' && name !== 'stored') ?? null;
}

/** Where a message came from, in words, and the message to look at for it. */
export function originOf(world: World, row: MessageRow): { readonly words: string; readonly row: MessageRow | null } {
  const parent = parentOf(world, row);
  if (row.cron !== null) return { words: `${cronWords(row)}. ${monitorWords(world, row.to)}`, row: null };
  if (parent === null)
    return { words: isElsewhere(world, row) ? `data of ${nameOf(world, row.from)}, assigned from outside` : 'from outside', row: null };
  const who = nameOf(world, parent.to);
  if (parent.cron !== null)
    return { words: `sent by ${who} for ${cronWords(parent)}, pushed because ${monitorWords(world, parent.to)}`, row: parent };
  if (isAssigned(row))
    return { words: `${who} had it assigned in slot ${parent.slot}; the data is of ${nameOf(world, row.from)}`, row: parent };
  return { words: `sent by ${who} in slot ${parent.slot}`, row: parent };
}

type Hops = ReadonlyMap<Hop['kind'], Hop>;
const AHEAD: Told = { state: 'ahead', words: '' };

function tookOf(hops: Hops, kind: Hop['kind']): number | null {
  const hop = hops.get(kind);
  return hop === undefined ? null : hop.toMs - hop.fromMs;
}

function lost(code: ErrorCode | null, words: string): Told {
  return { state: 'lost', words, code, cure: code === null ? null : ERRORS[code].cure };
}

function received(world: World, row: MessageRow, hops: Hops): Told {
  if (row.cron !== null) return { state: 'done', words: cronWords(row) };
  if (row.status === 'waiting')
    return { state: 'waits', words: 'the node is paused', cure: 'Let the node go on, or choose this delivery.' };
  if (row.slot === null && row.error !== null && (row.id === null || row.status === 'rejected') && !isScheduler(world, row))
    return lost(row.code, row.error);
  const words =
    row.cause === null
      ? 'by the messenger, from outside'
      : isAssigned(row)
        ? 'the messenger asked for it'
        : 'signed and sent by the messenger';
  return { state: 'done', words, tookMs: tookOf(hops, 'pushed') };
}

/** True where the messenger had it and the scheduler refused it. */
function isScheduler(world: World, row: MessageRow): boolean {
  return (
    row.id !== null &&
    each(world.inside.byId.get(row.id)).some((one) => one === row && one.refusedByMu === null && one.refusedBySu !== null)
  );
}

function slotStep(world: World, row: MessageRow, hops: Hops): Told {
  if (row.slot !== null) return { state: 'done', words: `slot ${row.slot} of ${nameOf(world, row.to)}`, tookMs: tookOf(hops, 'scheduled') };
  if (row.error !== null && row.code !== 'PUSH_TARGET_WALLET') return lost(row.code, row.error);
  if (row.code === 'PUSH_TARGET_WALLET' || (row.cause !== null && !world.processById.has(row.to) && row.type !== 'Process'))
    return lost(null, 'its target is no process here: it stands on the gateway, and nothing more happens');
  const retry = row.cause === null ? undefined : world.inside.drafts.get(row.cause.process)?.retried.get(row.cause.slot);
  if (retry === undefined) return { state: 'waits', words: 'on its way to the scheduler' };
  const cure = retry.code === null ? null : ERRORS[retry.code].cure;
  return { state: 'waits', words: `tried ${times(retry.attempt)} in vain: ${retry.message}`, cure, code: retry.code };
}

function stored(world: World, row: MessageRow): Told {
  if (row.cron !== null) return { state: 'none', words: 'it follows from the log, so it is not kept' };
  const draft = world.inside.drafts.get(row.to);
  const refused = row.slot === null ? undefined : draft?.unstored.get(row.slot);
  if (refused !== undefined) return lost(refused.code, `the gateway refuses its bundle: ${refused.message}`);
  const atMs = storedAt(world, row);
  if (atMs !== null) {
    const tookMs = row.assignedAtMs === null ? null : Math.max(0, atMs - row.assignedAtMs);
    return { state: 'done', words: 'on the gateway, with its assignment', tookMs };
  }
  if (draft === undefined || draft.storedAtMs.length === 0) return { state: 'unknown', words: 'no fact tells of it' };
  return { state: 'waits', words: 'the scheduler hands it to the gateway soon', cure: null };
}

function evaluated(world: World, row: MessageRow, hops: Hops): Told {
  const tookMs = tookOf(hops, 'ran');
  if (row.evaluatedAtMs !== null && row.error !== null)
    return { ...lost(row.code ?? (row.cron === null ? 'SLOT_ERROR' : 'CRON_ERROR'), firstLine(row.error)), tookMs };
  if (row.evaluatedAtMs !== null) {
    const waited = tookOf(hops, 'waited');
    const words = waited === null ? 'at once' : `after waiting ${waited.toFixed(1)} ms for its turn`;
    return { state: 'done', words: words + triedBefore(world, row, 'evaluated'), tookMs };
  }
  const draft = world.inside.drafts.get(row.to);
  const failure = row.slot === null ? undefined : draft?.failures.get(row.slot);
  if (failure !== undefined) return lost(failure.code, failure.message);
  if (draft?.paused !== null && draft?.paused !== undefined)
    return {
      state: 'waits',
      words: `${nameOf(world, row.to)} stands still at a limit in slot ${draft.paused.slot}`,
      cure: 'Let the error stand, or have the slot run again.',
    };
  const retry = row.slot === null ? undefined : draft?.retried.get(row.slot);
  if (retry === undefined) return { state: 'waits', words: 'waits its turn' };
  return {
    state: 'waits',
    words: `asked for ${times(retry.attempt)} in vain: ${retry.message}`,
    cure: retry.code === null ? null : ERRORS[retry.code].cure,
  };
}

function result(world: World, row: MessageRow): Told {
  if (row.cron !== null) {
    const isWatched = world.inside.drafts.get(row.to)?.monitor !== null || childrenOf(world, row).length > 0;
    if (isWatched || row.messages + row.spawns + row.assignments === 0) return { state: 'done', words: 'kept beside the slots' };
    return {
      state: 'waits',
      words: monitorWords(world, row.to),
      cure: 'Monitor the process: only then what its cron messages send is pushed.',
    };
  }
  const atMs = pulledAt(world, row);
  if (atMs !== null)
    return {
      state: 'done',
      words: `fetched by the messenger${triedBefore(world, row, 'result')}`,
      tookMs: row.evaluatedAtMs === null ? null : Math.max(0, atMs - row.evaluatedAtMs),
    };
  const draft = world.inside.drafts.get(row.to);
  if (draft === undefined || draft.pulledAtMs.length === 0) return { state: 'unknown', words: 'no fact tells of it' };
  return { state: 'waits', words: 'the messenger fetches it soon' };
}

function pushed(world: World, row: MessageRow): Told {
  const wanted = row.messages + row.spawns + row.assignments;
  if (row.isHeld)
    return {
      state: 'waits',
      words: `what it asks for is held: the journey has reached its limit`,
      cure: 'Let the journey continue, or end it.',
    };
  if (wanted === 0) return { state: 'done', words: 'returned: it asks for nothing more' };
  const children = childrenOf(world, row);
  const gone = children.filter(({ status }) => status !== 'dropped' && status !== 'waiting');
  const drops = children.filter(({ status }) => status === 'dropped').length;
  const last = gone.reduce((latest, child) => Math.max(latest, child.receivedAtMs ?? 0), 0);
  const fromMs = pulledAt(world, row) ?? row.evaluatedAtMs;
  const tookMs = fromMs === null || last === 0 ? null : Math.max(0, last - fromMs);
  const words = `${gone.length} of ${wanted} went on${drops === 0 ? '' : `, ${drops} dropped`}${triedBefore(world, row, 'pushed')}`;
  return { state: children.length >= wanted ? 'done' : 'waits', words, tookMs };
}

/** How often a step was tried before it was done, and what stood in the way; nothing where it was done at once. */
function triedBefore(world: World, row: MessageRow, step: 'evaluated' | 'result' | 'pushed'): string {
  const retry = row.slot === null || row.cron !== null ? undefined : world.inside.drafts.get(row.to)?.retried.get(row.slot);
  if (retry === undefined) return '';
  const at = retry.atMs <= (row.evaluatedAtMs ?? 0) ? 'evaluated' : retry.atMs <= (pulledAt(world, row) ?? 0) ? 'result' : 'pushed';
  return at === step ? `; tried ${times(retry.attempt)} in vain before: ${retry.message}` : '';
}

function cronPlace(row: MessageRow): string {
  return row.cron === null ? '' : `none: it stands before slot ${row.cron.slot}`;
}

function cronWords(row: MessageRow): string {
  const at = row.timestampMs === null ? '' : ` at ${new Date(row.timestampMs).toISOString().slice(0, 19).replace('T', ' ')}`;
  return `the cron ${row.cron?.name ?? ''}${at}`;
}

function monitorWords(world: World, process: string): string {
  const monitor = world.inside.drafts.get(process)?.monitor ?? null;
  const name = nameOf(world, process);
  if (monitor === null) return `nobody monitors ${name} now`;
  return monitor.by === null ? `${name} is monitored` : `${nameOf(world, monitor.by)} monitors ${name}`;
}

/** True where it came to another than the one whom its signer had written it for, and no process had asked for that. */
function isElsewhere(world: World, row: MessageRow): boolean {
  return row.id !== null && deliveriesOf(world, row.id).indexOf(row) > 0;
}

function times(attempt: number): string {
  return attempt === 1 ? 'once' : `${attempt} times`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
