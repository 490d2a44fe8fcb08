import { AoError, ERRORS, type ErrorCode } from '../../node/contract/errors.ts';
import type { ItemId, ProcessId, Slot } from '../../node/contract/ids.ts';
import { each } from './few.ts';
import { nameOf, rowAt } from './lookup.ts';
import { loopOf, loopWords } from './loop.ts';
import { keyOf, type MessageRow, type Refusal } from './rows.ts';
import type { World } from './world.ts';

/** Something that went wrong and a person may want to look at. */
export interface Problem {
  /** Stays the same for the same problem. */
  readonly key: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly cure: string;
  /** Where it happened; null for what never reached a process. */
  readonly process: ProcessId | null;
  readonly slot: Slot | null;
  /** The row to focus (see keyOf); null when there is none. */
  readonly row: string | null;
  /** The journey that `mu.continue` lets go on; null for all but HOP_LIMIT and FAN_OUT_LIMIT. */
  readonly journey: ItemId | null;
  /** Unix ms. */
  readonly atMs: number;
}

const made = new WeakMap<World, readonly Problem[]>();

/** Everything that went wrong, the latest first: what waits for a person before all. */
export function problemsOf(world: World): readonly Problem[] {
  const known = made.get(world);
  if (known !== undefined) return known;
  const rest = [...[...world.inside.troubled].map((row) => ofRow(world, row)), ...refusals(world)];
  rest.sort((a, b) => b.atMs - a.atMs || (a.key < b.key ? -1 : 1));
  const problems = [...paused(world), ...held(world), ...rest];
  made.set(world, problems);
  return problems;
}

function paused(world: World): Problem[] {
  return world.processes.flatMap(({ id, paused: stop }) => {
    if (stop === null) return [];
    const { slot, error: reason, atMs } = stop;
    const { code, message, cure } = new AoError('PROCESS_PAUSED', { process: nameOf(world, id), slot, reason });
    return [{ key: `paused:${id}`, code, message, cure, process: id, slot, row: null, journey: null, atMs }];
  });
}

function held(world: World): Problem[] {
  return [...world.held.values()].map((stop) => {
    const { process, slot, journey, hops, pushed } = stop;
    const error = pushed === null ? new AoError('HOP_LIMIT', { hops }) : new AoError('FAN_OUT_LIMIT', { pushed });
    const words = loopWords(world, loopOf(world, stop));
    return {
      key: `held:${journey}`,
      code: error.code,
      message: words === '' ? error.message : `${error.message} ${words}`,
      cure: error.cure,
      process,
      slot,
      row: null,
      journey,
      atMs: 0,
    };
  });
}

function ofRow(world: World, row: MessageRow): Problem {
  const atMs = row.evaluatedAtMs ?? row.assignedAtMs ?? row.receivedAtMs ?? row.place.ms;
  const key = keyOf(row);
  const process = row.slot === null && row.cron === null ? (row.cause?.process ?? null) : (world.processById.get(row.to)?.id ?? null);
  const where = { key, row: key, process, slot: row.slot ?? row.cause?.slot ?? null, journey: null, atMs };
  if (row.code !== null && row.code !== 'BOOT_ERROR')
    return { ...where, code: row.code, message: row.error ?? '', cure: ERRORS[row.code].cure };
  const what = { process: nameOf(world, row.to), reason: row.error ?? '' };
  if (row.cron !== null) {
    const cron = new AoError('CRON_ERROR', { ...what, cron: row.cron.name });
    return { ...where, code: cron.code, message: cron.message, cure: cron.cure };
  }
  const error = row.code === 'BOOT_ERROR' ? new AoError('BOOT_ERROR', what) : new AoError('SLOT_ERROR', { ...what, slot: row.slot ?? 0 });
  return { ...where, code: error.code, message: error.message, cure: error.cure };
}

/** Refusals without a row of their own: what the gateway turned away, repeats of what already has its slot, gaps in logs. */
function refusals(world: World): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const refusal of world.inside.refusals) {
    if (hasRow(world, refusal)) continue;
    const key = keyOfRefusal(refusal);
    if (seen.has(key)) continue;
    seen.add(key);
    const { code, message, atMs } = refusal;
    // What already has its slot is where a repeat leads to.
    const known = refusal.id === null ? undefined : each(world.inside.byId.get(refusal.id)).find(({ slot }) => slot !== null);
    const [row, slot] = known === undefined ? [null, null] : [keyOf(known), known.slot];
    const process = refusal.process === null ? null : (world.processById.get(refusal.process)?.id ?? null);
    problems.push({ key, code, message, cure: ERRORS[code].cure, process, slot, row, journey: null, atMs });
  }
  return problems;
}

/** A gap is told again by every attempt to close it. */
function keyOfRefusal({ unit, seq, code, id, process, gap }: Refusal): string {
  if (gap !== null) return `${code}:${process} ${gap}`;
  return id === null ? `${unit}:${seq}` : `${code}:${id}`;
}

function hasRow(world: World, refusal: Refusal): boolean {
  if (refusal.unit === 'gateway') return false;
  // What stands there now came back after all.
  if (refusal.gap !== null) return rowAt(world, refusal.process ?? '', refusal.gap) !== null;
  if (refusal.id === null) return world.inside.nameless.has(`${refusal.unit}:${refusal.seq}`);
  return (
    each(world.inside.byId.get(refusal.id)).some((row) => row.status === 'rejected') ||
    world.inside.nameless.has(`${refusal.unit}:${refusal.seq}`)
  );
}
