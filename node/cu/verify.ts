import { createHash } from 'node:crypto';
import { toWireError, type WireError } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { Assignment } from '../contract/item.ts';
import { RemoteError } from '../contract/rpc.ts';
import { isFromOutside, type CronOutcome, type Outcome, type SlotOutcome } from '../contract/outcome.ts';
import type { Difference, KeyframeInfo, Verified } from '../contract/timeline.ts';
import type { Step } from './evaluator/protocol.ts';
import { outcomeHash } from './outcome.ts';
import type { CuPorts } from './ports.ts';
import { logOf, machineLimits, stepOf, stepOfTick, type Program } from './program.ts';
import { isSameModule } from './timeline/engine.ts';

/** Something that the record says and the replay does not. */
type Found = Pick<Difference, 'tick' | 'what'> & { readonly slot: number; readonly cause?: Difference['cause'] };

let replays = 0;

/**
 * Runs the whole log again on a clean instance, from slot 0 on, and compares every outcome and the memory at every
 * keyframe. The process itself, and whoever looks at it meanwhile, do not notice.
 * @param tell is told how many slots have been compared
 */
export async function verify(
  ports: CuPorts,
  process: ProcessId,
  program: Program,
  to: number,
  signal: AbortSignal,
  tell: (slots: number) => void = () => undefined,
): Promise<Verified> {
  const kept = ports.memory.keyframes.between(process, 0, to);
  const damaged = await damagedKeyframes(ports, process, kept, signal);
  let keyframes = 0;
  let keyframesOther = 0;
  const isKept = new Map(kept.map((one) => [Number(one.slot), one]));
  const compareState = (slot: number, hash: string): Found | null => {
    const keyframe = isKept.get(slot);
    if (keyframe === undefined) return null;
    if (damaged.has(slot)) return { slot, tick: null, what: 'state', cause: 'keyframe damaged' };
    if (keyframe.engine !== program.engine) keyframesOther++;
    else if (keyframe.hash === hash) keyframes++;
    else return { slot, tick: null, what: 'state' };
    return null;
  };
  const replay = await replayed(ports, process, program, to, isKept, compareState, signal, tell);
  const found = replay.found ?? moduleChanged(ports, process, program, to);
  const { removedFrom } = replay;
  if (found === null) {
    const same = { slots: removedFrom ?? to + 1, keyframes, keyframesOther, firstDifference: null, difference: null };
    return removedFrom === undefined ? same : { ...same, removedFrom };
  }
  const { tick, what } = found;
  const cause = found.cause ?? (await causeOf(ports, process, program, found, signal));
  const slot = toSlot(found.slot);
  return { slots: slot, keyframes, keyframesOther, firstDifference: slot, difference: { slot, tick, what, cause } };
}

/** Equal outcomes of other bytes prove nothing of what is kept. */
function moduleChanged({ memory }: CuPorts, process: ProcessId, { engine }: Program, to: number): Found | null {
  const recorded = memory.engineAt(process, to);
  if (recorded === null || isSameModule(recorded, engine)) return null;
  return { slot: 0, tick: null, what: 'module', cause: 'module changed' };
}

/** Slots whose kept memory does not have the hash that stands beside it. */
async function damagedKeyframes(
  { memory, viewer }: CuPorts,
  process: ProcessId,
  kept: readonly KeyframeInfo[],
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  const damaged = new Set<number>();
  for (let first = 0; first < kept.length;) {
    signal.throwIfAborted();
    let end = first + 1;
    while (end < kept.length && kept[end]?.isFull === false) end++;
    const chain = kept.slice(first, end);
    const [from, to] = [chain[0]?.slot ?? 0, chain.at(-1)?.slot ?? 0];
    const { hashes } = await viewer.ask('chainHashes', { process, keyframes: memory.keyframes.blobs(process, from, to) }, Infinity);
    for (const [index, { slot, hash }] of chain.entries()) if (hashes[index] !== hash) damaged.add(slot);
    first = end;
  }
  return damaged;
}

/** What a replay came to: the first thing that differs, and the hash of the outcome or the memory there. */
interface Replayed {
  readonly found: Found | null;
  readonly hash: string | null;
  /** The slot at which it ended, since nobody has its message here any more. */
  readonly removedFrom?: Slot;
}

/** A piece of the log that is run in one go, and what is compared then. */
interface Batch {
  /** Null where the memory is looked at. */
  readonly steps: readonly (Step | null)[];
  /** For each of them: what is wrong with the hash that it gave. */
  readonly checks: readonly ((hash: string) => Found | null)[];
  /** The last slot of it. */
  readonly slot: number;
  /** How the replay ends behind it; null where it goes on. @throws whatever reading the log has thrown. */
  end(): Replayed | null;
}

/** What a batch has given. */
interface Ran {
  readonly hashes: readonly string[];
  /** What ended it before its last step; null where nothing did. */
  readonly error: Error | null;
}

interface Running {
  readonly batch: Batch;
  readonly ran: Promise<Ran>;
}

/** About so long one piece takes: then somebody else may ask, and one that is cancelled ends. */
const BATCH_MS = 40;
const BATCH_MAX = 128;

/** @param stateAt slots whose memory is compared; @param compareState what is wrong with it. */
async function replayed(
  ports: CuPorts,
  process: ProcessId,
  program: Program,
  to: number,
  stateAt: { has(slot: number): boolean },
  compareState: (slot: number, hash: string) => Found | null,
  signal: AbortSignal,
  tell: (slots: number) => void = () => undefined,
): Promise<Replayed> {
  const { module, env } = program;
  // Two that verify the same process at once do not meet.
  const key = `verify ${++replays} ${process}`;
  const rebuild = { module, env, limits: machineLimits(ports), from: -1, keyframes: [], hash: null, steps: [] };
  await ports.viewer.ask('load', { process: key, rebuild, isReplay: true }, Infinity);
  let size = 1;
  const run = async ({ steps }: Batch): Promise<Ran> => {
    const startedMs = performance.now();
    const hashes: string[] = [];
    while (hashes.length < steps.length) {
      signal.throwIfAborted();
      const part = await ports.viewer.ask('replay', { process: key, steps: steps.slice(hashes.length) }, Infinity).catch(failedAtOnce);
      hashes.push(...part.hashes);
      if (part.error !== null) return { hashes, error: new RemoteError(part.error) };
    }
    const eachMs = (performance.now() - startedMs) / steps.length;
    if (steps.length > 0) size = Math.max(1, Math.min(BATCH_MAX, size * 2, Math.round(BATCH_MS / eachMs)));
    return { hashes, error: null };
  };
  const start = (batch: Batch): Running => {
    const ran = run(batch);
    // Whoever has found a difference before waits for it no longer.
    ran.catch(() => undefined);
    return { batch, ran };
  };
  const compare = ({ checks, slot, end }: Batch, { hashes, error }: Ran): Replayed | null => {
    for (const [place, hash] of hashes.entries()) {
      const found = checks[place]?.(hash) ?? null;
      if (found !== null) return { found, hash };
    }
    // What differed before it says more than what then failed.
    if (error !== null) throw error;
    tell(slot);
    return end();
  };
  try {
    /** What runs while the next one is read. */
    let running: Running | null = null;
    for await (const batch of batchesOf(ports, process, program, to, { stateAt, compareState }, () => size)) {
      const before: Running | null = running;
      const ran: Ran | null = before === null ? null : await before.ran;
      signal.throwIfAborted();
      // Where something has failed nothing can go on from there.
      if (ran === null || ran.error === null) running = start(batch);
      const ended = before === null || ran === null ? null : compare(before.batch, ran);
      if (ended !== null) return ended;
    }
    const ended = running === null ? null : compare(running.batch, await running.ran);
    return ended ?? { found: null, hash: null };
  } finally {
    await ports.viewer.ask('drop', { process: key }, Infinity);
  }
}

/** What failed at the first step of a piece. */
const failedAtOnce = (error: unknown): { readonly hashes: readonly string[]; readonly error: WireError } => ({
  hashes: [],
  error: toWireError(error),
});

/** The log in pieces of about so many steps. */
async function* batchesOf(
  ports: CuPorts,
  process: ProcessId,
  program: Program,
  to: number,
  { stateAt, compareState }: { readonly stateAt: Parameters<typeof replayed>[4]; readonly compareState: Parameters<typeof replayed>[5] },
  size: () => number,
): AsyncGenerator<Batch> {
  const runs = ports.memory.runsOf(process, 0, to);
  let steps: (Step | null)[] = [];
  let checks: ((hash: string) => Found | null)[] = [];
  let at = 0;
  const take = (end: Batch['end'] = () => null): Batch => {
    const batch = { steps, checks, slot: at, end };
    [steps, checks] = [[], []];
    return batch;
  };
  const add = (step: Step, recorded: CronOutcome | SlotOutcome | null, found: Found): void => {
    steps.push(step);
    checks.push((hash) => outcomeDiffers(hash, recorded, found));
  };
  let before: Assignment | null = null;
  try {
    for await (const { assignment, message, ...entry } of logOf(ports, process, 0, to)) {
      const { slot } = assignment;
      at = slot;
      const isWhole = assignment.hashChain === hashChainAfter(process, before) && (message === null || message.id === assignment.message);
      if (!isWhole) return yield take(() => ({ found: { slot, tick: null, what: 'log', cause: 'log changed' }, hash: null }));
      before = assignment;
      // One that failed has left no trace: whoever runs the log passes it over.
      const isGone = entry.removed !== undefined && runs.get(slot)?.isFailed !== true;
      if (isGone) return yield take(() => ({ found: null, hash: null, removedFrom: slot }));
      for (const tick of program.cron === null ? [] : ports.memory.ticks.between(process, slot, slot))
        if (!isFromOutside(tick.outcome))
          add(stepOfTick(process, program, tick), tick.outcome, { slot, tick: tick.outcome.tick, what: 'outcome' });
      const recorded = ports.memory.outcome(process, slot);
      if (entry.removed === undefined && (recorded === null || !isFromOutside(recorded)))
        add(await stepOf(ports, { assignment, message, ...entry }, runs.get(slot)?.limits ?? null), recorded, {
          slot,
          tick: null,
          what: 'outcome',
        });
      if (stateAt.has(slot)) {
        steps.push(null);
        checks.push((hash) => compareState(slot, hash));
      }
      if (steps.length >= size()) yield take();
    }
  } catch (error) {
    // What came before is compared first.
    return yield take(() => {
      throw error;
    });
  }
  yield take();
}

function outcomeDiffers(hash: string, recorded: CronOutcome | SlotOutcome | null, found: Found): Found | null {
  if (recorded === null) return found;
  if (outcomeHash(recorded satisfies Outcome) !== recorded.hash) return { ...found, cause: 'outcome damaged' };
  return recorded.hash === hash ? null : found;
}

/** Why a replay differs where nothing is damaged. */
async function causeOf(
  ports: CuPorts,
  process: ProcessId,
  program: Program,
  { slot, tick, what }: Found,
  signal: AbortSignal,
): Promise<Difference['cause']> {
  const engine = ports.memory.engineAt(process, slot);
  if (engine !== null && !isSameModule(engine, program.engine)) return 'module changed';
  if (engine !== program.engine) return 'engine changed';
  if (what === 'outcome' && tick === null && ports.memory.runsOf(process, slot, slot).get(slot)?.limits === null) return 'limits missing';
  const twice: string[] = [];
  for (let run = 0; run < 2; run++) twice.push(await hashUpTo(ports, process, program, slot, signal));
  return twice[0] === twice[1] ? 'record changed' : 'not deterministic';
}

/** The memory that a clean replay has after `slot`; where it ends in an error, that error. */
async function hashUpTo(ports: CuPorts, process: ProcessId, program: Program, slot: number, signal: AbortSignal): Promise<string> {
  let hash = '';
  const last = { has: (one: number) => one === slot };
  const take = (_: number, state: string): null => {
    hash = state;
    return null;
  };
  const { found, hash: differs } = await replayed(ports, process, program, slot, last, take, signal);
  return found === null ? hash : `${found.slot} ${differs ?? ''}`;
}

/** As the scheduler computes it (protocol §1.3). */
function hashChainAfter(process: ProcessId, before: Assignment | null): string {
  const parts = before === null ? [process] : [before.id, before.hashChain];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(Buffer.from(part, 'base64url'));
  return hash.digest('base64url');
}
