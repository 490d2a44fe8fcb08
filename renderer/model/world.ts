import type { ErrorCode } from '../../node/contract/errors.ts';
import type { ItemId, ProcessId } from '../../node/contract/ids.ts';
import type { ShownFact } from '../../node/contract/packed-facts.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { applyFact } from './apply.ts';
import type { Few } from './few.ts';
import type { HintDraft } from './hints.ts';
import { emptyNumbers, type RowNumbers } from './numbers.ts';
import { place } from './order.ts';
import type { HeldJourney, MessageRow, ProcessRow, Refusal, RowDraft, Trouble } from './rows.ts';

/** What happened on the node, as the facts tell it. A new object after every batch; what it holds grows in place. */
export interface World {
  readonly version: number;
  /** In the order in which they were spawned. */
  readonly processes: readonly ProcessRow[];
  readonly processById: ReadonlyMap<string, ProcessRow>;
  /** Every delivery, in order of assignment; what has no slot stands where it was met. */
  readonly messages: readonly MessageRow[];
  /** Journeys that wait at the hop limit. */
  readonly held: ReadonlyMap<ItemId, HeldJourney>;
  /** The node delivers nothing by itself. */
  readonly isPaused: boolean;
  /** What waits to be delivered because of that, in the order in which it came to wait. */
  readonly waiting: readonly WaitingRow[];
  /** For the functions of this folder alone. */
  readonly inside: Inside;
}

/** A delivery that waits for a person to choose it. */
export interface WaitingRow {
  /** What `mu.deliver` calls it. */
  readonly id: string;
  readonly row: MessageRow;
}

/** One process while facts fill it. */
export interface ProcessDraft {
  readonly id: ProcessId;
  /** The SU's number of its first slot; until that is known it stands last. */
  firstSeq: number;
  program: ProcessRow['program'];
  readonly slots: (RowDraft | undefined)[];
  /** Rows that slot n's outbox asked for, by n. */
  readonly children: Few<RowDraft>[];
  /** Cron messages that were run before slot n, by n. */
  readonly ticks: Map<number, (RowDraft | undefined)[]>;
  count: number;
  evaluatedTo: number;
  /** Slots that ended in an error, rising. */
  readonly errorSlots: number[];
  /** Slots that the CU could not evaluate at all. */
  readonly failures: Map<number, Trouble>;
  /** Slots whose outbox waits at the hop limit. */
  readonly heldSlots: Set<number>;
  /** How often the outbox of a slot was tried in vain, and why, by slot. */
  readonly retried: Map<number, Retry>;
  /** Rows that a cron message asked for, by tickKey. */
  readonly tickChildren: Map<string, Few<RowDraft>>;
  /** When the gateway had slot n's bundle, by n: measuring time, Unix ms, NaN while it has not. */
  readonly storedAtMs: number[];
  /** When slot n's outcome had come to the messenger, by n; as above. */
  readonly pulledAtMs: number[];
  /** Slots whose bundle the gateway refuses. */
  readonly unstored: Map<number, Trouble>;
  /** Who asked that what its cron messages send is pushed, and when; null where nobody does, or it is not known. */
  monitor: Monitor | null;
  /** Where a limit has stopped it and it waits for a person; null while it goes on. */
  paused: ProcessRow['paused'];
  isChanged: boolean;
}

/** A push that was tried in vain, the last time. */
/** The latest of the tries in vain that a slot's outcome, or what it asks for, has seen. */
export interface Retry {
  readonly atMs: number;
  readonly attempt: number;
  readonly message: string;
  readonly code: ErrorCode | null;
}

/** `by` is null where nobody signed for it. */
export interface Monitor {
  readonly by: string | null;
  readonly sinceMs: number;
}

/** The indexes behind a world. */
export interface Inside {
  readonly byId: Map<string, Few<RowDraft>>;
  /** Rows without an id, by unit:seq. */
  readonly nameless: Map<string, RowDraft>;
  readonly drafts: Map<string, ProcessDraft>;
  readonly refusals: Refusal[];
  /** Rows that a person should look at. */
  readonly troubled: Set<RowDraft>;
  readonly order: RowDraft[];
  readonly held: Map<ItemId, HeldJourney[]>;
  /** By code and what they are about. */
  readonly hints: Map<string, HintDraft>;
  /** Rows that an outbox entry asked for again with the same item, by process, slot and index. */
  readonly repeats: Map<string, RowDraft>;
  isPaused: boolean;
  /** By process, slot and index of the outbox entry. */
  readonly waiting: Map<string, { readonly id: string; readonly row: RowDraft }>;
  isWaitingChanged: boolean;
  /** Never falls within a unit, so that order by time keeps each unit's own order. */
  readonly clock: Record<UnitName, number>;
  /** Rows whose place is new since the last batch. */
  readonly moved: Set<RowDraft>;
  /** Lane colours that the person chose, 1 to 8. */
  readonly colours: Map<string, number>;
  /** What the person calls addresses. */
  given: ReadonlyMap<string, string>;
  readonly numbers: RowNumbers;
  /** Texts that come over and over, each kept once: every fact brings its own copy. */
  readonly texts: Map<string, string>;
}

/** A world in which nothing has happened. @param given what the person calls addresses */
export function emptyWorld(given: ReadonlyMap<string, string> = new Map()): World {
  const inside: Inside = {
    byId: new Map(),
    nameless: new Map(),
    drafts: new Map(),
    refusals: [],
    troubled: new Set(),
    order: [],
    held: new Map(),
    hints: new Map(),
    repeats: new Map(),
    isPaused: false,
    waiting: new Map(),
    isWaitingChanged: false,
    clock: { gateway: 0, su: 0, cu: 0, mu: 0 },
    moved: new Set(),
    colours: new Map(),
    given,
    numbers: emptyNumbers(),
    texts: new Map(),
  };
  return {
    version: 0,
    processes: [],
    processById: new Map(),
    messages: inside.order,
    held: new Map(),
    isPaused: false,
    waiting: [],
    inside,
  };
}

/**
 * The world after `facts`. Facts of one unit come in order; units may interleave in any way, the result is the same.
 * The world given is used up: ask the one returned.
 */
export function reduce(world: World, facts: Iterable<ShownFact>): World {
  for (const fact of facts) takeIn(world, fact);
  return settled(world);
}

/** Writes a fact into the indexes of a world; {@link settled} then gives the world after them. */
export function takeIn({ inside }: World, fact: ShownFact): void {
  const ms = Math.max(inside.clock[fact.unit], fact.atMs);
  inside.clock[fact.unit] = ms;
  applyFact(inside, fact, ms);
}

/** The world after all facts that were taken in. The world given is used up: ask the one returned. */
export function settled(world: World): World {
  const { inside } = world;
  inside.numbers.count = Math.min(inside.numbers.count, place(inside.order, inside.moved));
  inside.moved.clear();
  const held = new Map<ItemId, HeldJourney>();
  for (const [journey, stops] of inside.held) {
    const last = stops.at(-1);
    if (last !== undefined) held.set(journey, last);
  }
  const { isPaused } = inside;
  const waiting = inside.isWaitingChanged ? [...inside.waiting.values()] : world.waiting;
  inside.isWaitingChanged = false;
  return { version: world.version + 1, ...processRows(world), messages: inside.order, held, isPaused, waiting, inside };
}

/** The same world with lane colours that the person chose; the others have theirs by their order. */
export function recoloured(world: World, colours: ReadonlyMap<string, number>): World {
  const { inside } = world;
  inside.colours.clear();
  for (const [process, colour] of colours) inside.colours.set(process, colour);
  for (const draft of inside.drafts.values()) draft.isChanged = true;
  return { ...world, version: world.version + 1, ...processRows(world) };
}

/** The same world with what the person calls addresses. */
export function named(world: World, given: ReadonlyMap<string, string>): World {
  world.inside.given = given;
  return { ...world, version: world.version + 1 };
}

function processRows(world: World): Pick<World, 'processes' | 'processById'> {
  // A process exists once the SU has given it a slot; until then other units may already speak of it.
  const drafts = [...world.inside.drafts.values()].filter((draft) => draft.firstSeq !== Number.POSITIVE_INFINITY);
  if (drafts.length === world.processes.length && !drafts.some((draft) => draft.isChanged)) return world;
  drafts.sort((a, b) => a.firstSeq - b.firstSeq || (a.id < b.id ? -1 : 1));
  const processById = new Map<string, ProcessRow>();
  const processes = drafts.map((draft, index) => {
    const before = world.processById.get(draft.id);
    const lane = world.inside.colours.get(draft.id) ?? (index % 8) + 1;
    const row = before !== undefined && !draft.isChanged && before.lane === lane ? before : rowOf(draft, lane);
    draft.isChanged = false;
    processById.set(draft.id, row);
    return row;
  });
  return { processes, processById };
}

function rowOf(draft: ProcessDraft, lane: number): ProcessRow {
  const spawn = draft.slots[0];
  const latest = draft.slots[draft.evaluatedTo];
  const failed = draft.slots[draft.errorSlots.at(-1) ?? -1];
  return {
    id: draft.id,
    name: spawn?.name ?? null,
    lane,
    slotLatest: draft.slots.length - 1,
    evaluatedTo: draft.evaluatedTo,
    errors: draft.errorSlots.length,
    lastError: failed === undefined || failed.slot === null ? null : { slot: failed.slot, message: failed.error ?? '' },
    spawnedBy: spawn?.cause?.process ?? null,
    program: draft.program,
    paused: draft.paused,
    messages: draft.count,
    memoryBytes: latest?.memoryBytes ?? 0,
    prompt: latest?.prompt ?? null,
  };
}
