import { LRUCache } from 'lru-cache';
import { AoError, ERRORS, reasonOf, type ErrorCode } from '../contract/errors.ts';
import { isId, toItemId, toProcessId, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import { tagValue, type Assignment } from '../contract/item.ts';
import type { Delivery } from '../contract/delivery.ts';
import type { CronOutcome, OutboxAssignment, OutboxMessage, SlotOutcome } from '../contract/outcome.ts';
import type { Cause, FactBody } from '../contract/trace.ts';
import type { SignedItem } from '../item/build.ts';
import { trustItem } from '../item/parse.ts';
import { sketchOf } from '../item/tags.ts';
import { canRun } from './intake.ts';
import { buildMessage, buildSpawn, buildSpawned, type Sender } from './build.ts';
import { createBatch, type Batch } from './batch.ts';
import { actionOf, entriesOf, targetOf, type Entry } from './entries.ts';
import type { Job } from './outbox.ts';
import type { MuPorts } from './ports.ts';
import type { Processes } from './processes.ts';
import type { Waiting, WaitingTurn } from './waiting.ts';

/** What became of one entry: a drop has told its reason, a held one waits with its journey. */
export type DeliveryEnd = 'delivered' | 'dropped' | 'held';

/** Gives results to those they are for. New jobs go to `enqueue`. */
export interface Push {
  job(job: Job): Promise<void>;
  /** What a cron message sends: each item begins a journey of its own (protocol §2.4). */
  cron(tick: CronOutcome): Promise<void>;
  /** Delivers what has its turn in a batch. */
  turn(batch: Batch, turn: number): Promise<DeliveryEnd>;
  /** Delivers one entry of a message's outcome once more. @throws AoError why it cannot be. */
  again(process: ProcessId, message: ItemId, index: number): Promise<void>;
}

const SENDERS_KEPT = 2_000;
const ATTEMPTS = 10;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
/** A unit is away, or a disk is full: waited out however long it takes, since what was acknowledged may not be lost. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'PROCESS_PAUSED',
  'UNIT_DOWN',
  'PORT_CLOSED',
  'TOO_MANY_PENDING',
  'STORE_BROKEN',
  'DISK_FULL',
  'UNIT_UNREACHABLE',
]);

type PushedFact = Extract<FactBody, { readonly kind: 'mu.pushed' | 'mu.received' }>;
type TellPushed = (fact: PushedFact) => void;

/** Where entries to deliver come from. */
interface Origin {
  readonly process: ProcessId;
  /** Null for a cron message: what it sends begins journeys. */
  readonly journey: ItemId | null;
  readonly hops: number;
  /** Tells the cron messages before a slot from its own message. */
  readonly tick: number | null;
}

/** What is the same of everything that a process sends. */
type KnownSender = Omit<Sender, 'journey' | 'place'>;

/**
 * The pushing half of the MU: pulls a result and delivers its outbox entry by entry, keeping a cursor on disk. An entry
 * that was delivered just before a kill is signed again to the same id (signatures are deterministic), and the SU says
 * that it has it.
 * @param wait keeps a batch while the node is paused.
 */
export function createPush(ports: MuPorts, processes: Processes, enqueue: (job: Job) => void, wait: Waiting['put']): Push {
  const senders = new LRUCache<ProcessId, Promise<KnownSender>>({ max: SENDERS_KEPT });

  const pushJob = async (job: Job): Promise<void> => {
    const outcome = await pull(ports, job);
    if (outcome !== null && !(await pushBatch(createBatch(job, outcome, ports.shuffle)))) return;
    await withRetries(ports, job, outcome?.slot ?? null, () => ports.outbox.finish(job));
  };
  return {
    job: pushJob,
    again: pushAgain,
    turn: deliverTurn,
    async cron(tick) {
      const { process, slot } = tick;
      // A cron message is no item: its process stands for it.
      const message = toItemId(process);
      for (const [index, entry] of entriesOf(tick).entries()) {
        const cause = { process, slot, message, index, tick: tick.tick };
        await deliverOrDrop(entry, cause, { process, journey: null, hops: 0, tick: tick.tick });
      }
    },
  };

  /** Delivers what is left of an outcome. @returns false where it waits for a person, or its journey is held. */
  async function pushBatch(batch: Batch): Promise<boolean> {
    const { job, outcome, size } = batch;
    ports.record({ kind: 'mu.pulled', process: job.process, slot: outcome.slot, journey: job.journey, entries: size });
    for (const turn of batch.left()) {
      if (waits(batch)) {
        await wait(batch, await turnsOf(batch));
        return false;
      }
      if ((await deliverTurn(batch, turn)) === 'held') return false;
    }
    return true;
  }

  /** What is held or to be dropped needs nobody to choose it. */
  function waits({ job, outcome }: Batch): boolean {
    return ports.outbox.isPaused() && !ports.outbox.isEnded(job.journey) && whyHeld(job, outcome.slot) === null;
  }

  /** Delivers one entry of an outcome, drops it, or holds the job; what became of it is on disk then, but for the last one's: the caller ends the job. */
  async function deliverTurn(batch: Batch, turn: number): Promise<DeliveryEnd> {
    const { job, outcome } = batch;
    const { index, entry } = batch.at(turn);
    const cause = { process: job.process, slot: outcome.slot, message: outcome.message, index };
    const origin = { ...job, tick: null };
    const keep = (write: () => Promise<void>): Promise<void> => withRetries(ports, origin, outcome.slot, write);
    const isEnded = ports.outbox.isEnded(job.journey);
    const held = isEnded ? null : whyHeld(job, outcome.slot);
    if (held !== null) {
      await keep(() => ports.outbox.hold(job));
      ports.record(held);
      return 'held';
    }
    if (!isEnded) ports.journeys.count(job.journey);
    const isDelivered = !isEnded && (await deliverOrDrop(entry, cause, origin));
    if (isEnded) drop(entry, cause, origin, new AoError('JOURNEY_ENDED'));
    batch.done(turn);
    const { next, ahead } = batch.rest();
    // After the last one the job is over, which is written next.
    if (!batch.isDone()) await keep(() => ports.outbox.moveOn(job, next, ahead));
    return isDelivered ? 'delivered' : 'dropped';
  }

  /** What is left of a batch, as a person sees it before it goes. */
  async function turnsOf(batch: Batch): Promise<readonly WaitingTurn[]> {
    const { job, outcome } = batch;
    const { process, journey } = job;
    const known = await withRetries(ports, job, outcome.slot, () => senderOf(process));
    const sender = { ...known, journey, place: String(outcome.slot) };
    return [...batch.left()].map((turn) => {
      const { index, entry } = batch.at(turn);
      const cause = { process, slot: outcome.slot, message: outcome.message, index };
      const { item, sketch } = preview(entry, sender, index);
      const delivery = {
        id: `${job.seq}.${index}`,
        item,
        sketch,
        target: sketch?.target ?? targetOf(entry),
        journey,
        cause,
        hops: job.hops + 1,
      };
      return [turn, delivery];
    });
  }

  /** The item that an entry will be. Signatures are deterministic, so it has its id before it goes. */
  function preview(entry: Entry, sender: Sender, index: number): Pick<Delivery, 'item' | 'sketch'> {
    if (entry.kind === 'assignment') return { item: isId(entry.value.Message) ? toItemId(entry.value.Message) : null, sketch: null };
    try {
      const build =
        entry.kind === 'message'
          ? buildMessage(ports.wallet, entry.value, sender, index)
          : buildSpawn(ports.wallet, entry.value, sender, index);
      const item = trustItem(build.bytes);
      return { item: item.id, sketch: sketchOf(item) };
    } catch {
      // Delivering it says why it cannot be.
      return { item: null, sketch: null };
    }
  }

  async function pushAgain(process: ProcessId, asked: ItemId, index: number): Promise<void> {
    const { assignment, message } = await ports.ask('su.find', { process, id: asked });
    const { slot } = assignment;
    const entry = entriesOf(await ports.ask('cu.result', { process, slot }))[index];
    if (entry === undefined) throw new AoError('PARAMETER_INVALID', { name: 'number', reason: 'the outcome has no such entry' });
    const began = tagValue(message?.tags ?? [], 'Pushed-For') ?? '';
    // The same journey as the first time, or it would be another item.
    const journey = isId(began) ? toItemId(began) : assignment.message;
    await deliver(entry, { process, slot, message: assignment.message, index }, { process, journey, hops: 0, tick: null }, ports.record);
  }

  /** The limit that a journey has reached: too many hops in a row, or too many items in all. Null while it may go on. */
  function whyHeld({ journey, process, hops }: Job, slot: Slot): FactBody | null {
    const limit = ports.outbox.hopLimit(journey) ?? ports.limits.hops;
    if (hops >= limit) return { kind: 'mu.held', journey, process, slot, hops, limit };
    const pushed = ports.journeys.full(journey);
    return pushed === null ? null : { kind: 'mu.held', journey, process, slot, hops, limit, pushed };
  }

  /** @returns whether it was delivered. */
  async function deliverOrDrop(entry: Entry, cause: Cause, origin: Origin): Promise<boolean> {
    // However often it is tried, it is told once that an item goes out.
    const told = new Set<ItemId>();
    const tell = (fact: PushedFact): void => {
      if (!told.has(fact.id)) ports.record(fact);
      told.add(fact.id);
    };
    try {
      await withRetries(ports, origin, cause.slot, () => deliver(entry, cause, origin, tell));
      return true;
    } catch (error) {
      if (isStopping(error)) throw error;
      drop(
        entry,
        cause,
        origin,
        error instanceof AoError ? error : new AoError('PUSH_FAILED', { index: cause.index, reason: reasonOf(error) }),
      );
      return false;
    }
  }

  function drop(entry: Entry, cause: Cause, origin: Origin, { code, message }: AoError): void {
    const action = actionOf(entry);
    const what = action === null ? {} : { action };
    ports.record({ kind: 'mu.dropped', target: targetOf(entry), ...what, journey: journeyOf(origin), cause, code, message });
  }

  async function deliver(entry: Entry, cause: Cause, origin: Origin, tell: TellPushed): Promise<void> {
    const place = origin.tick === null ? String(cause.slot) : `${cause.slot} cron ${origin.tick}`;
    const sender = { ...(await senderOf(origin.process)), journey: origin.journey, place };
    if (entry.kind === 'message') {
      const message = buildMessage(ports.wallet, entry.value, sender, cause.index);
      await send(message, cause, origin, tell);
      for (const process of assignmentsOf(entry.value)) await assign({ Processes: [], Message: message.id }, process, cause, origin);
      return;
    }
    if (entry.kind === 'spawn') {
      const child = buildSpawn(ports.wallet, entry.value, sender, cause.index);
      await send(child, cause, origin, tell);
      return send(buildSpawned(ports.wallet, entry.value, child.id, sender, cause.index), cause, origin, tell);
    }
    await assign(entry.value, entry.process, cause, origin);
  }

  /** Schedules a signed item, or leaves it on the gateway when its target is no process here (a wallet, say). */
  async function send(signed: SignedItem, cause: Cause, origin: Origin, tell: TellPushed): Promise<void> {
    const { itemBytes } = ports.limits;
    if (signed.bytes.length > itemBytes) throw new AoError('ITEM_TOO_LARGE', { bytes: signed.bytes.length, limit: itemBytes });
    const item = trustItem(signed.bytes);
    const sketch = sketchOf(item);
    // An item that a cron message sent is the first of its journey, as if it had come from outside.
    const hops = origin.journey === null ? 0 : origin.hops + 1;
    const journey = origin.journey ?? item.id;
    if (sketch.type === 'Process') await canRun(ports, toProcessId(item.id), item.tags);
    tell(
      origin.journey === null
        ? { kind: 'mu.received', id: item.id, sketch, journey, cause }
        : { kind: 'mu.pushed', id: item.id, sketch, journey, cause, hops },
    );
    const isProcess = sketch.type === 'Process' || (await processes.isProcess(sketch.target));
    if (!isProcess) {
      await ports.ask('gateway.upload', { item: signed.raw });
      return;
    }
    const slot = await schedule(ports, signed.raw);
    const job = await ports.outbox.add({ process: toProcessId(sketch.target), message: item.id, journey, hops });
    enqueue({ ...job, slot });
  }

  async function assign(wish: OutboxAssignment, to: string, cause: Cause, origin: Origin): Promise<void> {
    if (!isId(wish.Message)) throw new AoError('ITEM_NOT_FOUND', { id: String(wish.Message) });
    if (!isId(to)) throw new AoError('PROCESS_UNKNOWN', { process: String(to).slice(0, 64) });
    const process = toProcessId(to);
    // An assignment is no signed item of ours that the SU could know again: the request tells it a second attempt.
    const request = `${to} ${cause.process} ${cause.slot} ${origin.tick === null ? '' : `cron ${origin.tick} `}${cause.index}`;
    const args = { process, message: toItemId(wish.Message), baseLayer: wish.BaseLayer === true, exclude: wish.Exclude ?? [], request };
    const assignment = await ports.ask('su.assign', args);
    const journey = origin.journey ?? toItemId(wish.Message);
    const hops = origin.hops + 1;
    const job = await ports.outbox.add({ process, message: assignment.id, journey, hops });
    ports.record({ kind: 'mu.assigned', id: args.message, assignment: assignment.id, process, journey, cause, hops });
    enqueue({ ...job, slot: assignment.slot });
  }

  function senderOf(process: ProcessId): Promise<KnownSender> {
    const known = senders.get(process);
    if (known !== undefined) return known;
    const asked = ports.ask('su.process', { process }).then(
      ({ module, item }) => ({ process, module, scheduler: tagValue(item.tags, 'Scheduler') ?? '' }),
      (error: unknown) => {
        senders.delete(process);
        throw error;
      },
    );
    senders.set(process, asked);
    return asked;
  }
}

/**
 * A job's outcome; null when there can never be one (the CU has said why in a fact of its own, or the SU has never
 * heard of the message). Anything else is thrown, and the job stays on disk for the next start.
 */
async function pull(ports: MuPorts, job: Job): Promise<SlotOutcome | null> {
  try {
    const { process } = job;
    const slot = job.slot ?? (await withRetries(ports, job, null, () => assignmentOf(ports, job))).slot;
    return await withRetries(ports, job, slot, () => ports.ask('cu.result', { process, slot }));
  } catch (error) {
    if (error instanceof AoError && ERRORS[error.code].fault === 'user' && !isStopping(error)) return null;
    throw error;
  }
}

/** The slot that a job's message has been given; where data is to be assigned, it is given now unless it was before. */
async function assignmentOf(ports: MuPorts, { process, message, wish }: Job): Promise<Assignment> {
  if (wish !== null) return ports.ask('su.assign', { process, message, ...wish });
  return (await ports.ask('su.find', { process, id: message })).assignment;
}

/** The journey that a fact names; a cron message's process stands for it. */
function journeyOf({ journey, process }: Pick<Origin, 'process' | 'journey'>): ItemId {
  return journey ?? toItemId(process);
}

/** The node stops in the middle of a job: it stays on disk and goes on at the next start. */
export function isStopping(error: unknown): boolean {
  return error instanceof AoError && error.code === 'CANCELLED';
}

/** The item's slot; null for one that the SU has already: it counts as delivered. */
async function schedule(ports: MuPorts, raw: string): Promise<Slot | null> {
  try {
    return (await ports.ask('su.schedule', { item: raw, messenger: ports.wallet.address })).slot;
  } catch (error) {
    if (!(error instanceof AoError) || error.code !== 'MESSAGE_DUPLICATE') throw error;
    return null;
  }
}

/** Tries again what failed through no fault of the item, each time after twice the wait; for ever where a unit is away. */
async function withRetries<T>(
  ports: MuPorts,
  origin: Pick<Origin, 'process' | 'journey'>,
  slot: Slot | null,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isTransient = error instanceof AoError && ERRORS[error.code].fault === 'system';
      if (!isTransient || (attempt >= ATTEMPTS && !PASSING.has(error.code))) throw error;
      const { process } = origin;
      if (slot !== null)
        ports.record({ kind: 'mu.retried', journey: journeyOf(origin), process, slot, attempt, message: error.message, code: error.code });
      await ports.pause(Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS));
    }
  }
}

/** To whom a message is assigned as well, as its tag Assignments says: a list of ids, which Lua's tables arrive as. */
function assignmentsOf({ Tags }: OutboxMessage): string[] {
  try {
    const list: unknown = JSON.parse(tagValue(Tags, 'Assignments') ?? '[]');
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}
