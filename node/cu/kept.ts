import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { KeptPage, KeptPart } from '../contract/kept.ts';
import type { FactBody } from '../contract/trace.ts';
import { cronFact, evaluatedFact, outcomeHash } from './outcome.ts';
import type { CuPorts } from './ports.ts';
import type { CuMemory } from './timeline/memory.ts';

const SLOTS_MAX = 100;
/** A page that holds as much goes no further. */
const BYTES_MAX = 4 * 1024 * 1024;

/** What is kept of a process from slot `from` on: each slot's cron messages, its outcome, and, unless it is `isBare`, the memory after it. */
export function keptPage(memory: CuMemory, process: ProcessId, from: Slot, isBare: boolean): KeptPage {
  const end = memory.evaluatedTo(process);
  const last = Math.min(end, from + SLOTS_MAX - 1);
  const runs = memory.runsOf(process, from, last);
  const engines = memory.enginesOf(process, from, last);
  const parts: KeptPart[] = [];
  let bytes = 0;
  const add = (part: KeptPart): void => {
    parts.push(part);
    bytes += 'bytes' in part ? part.bytes.length : JSON.stringify(part).length;
  };
  const addTicks = (slot: number): void => {
    for (const { outcome, limits } of memory.ticks.between(process, slot, slot)) add({ kind: 'tick', outcome, limits });
  };
  for (let slot = Number(from); slot <= last; slot++) {
    addTicks(slot);
    const outcome = memory.outcome(process, toSlot(slot));
    const limits = runs.get(slot)?.limits ?? null;
    // What was run before limits were written down is computed again where it is read.
    if (outcome === null || limits === null) return { parts, next: null };
    add({ kind: 'outcome', outcome, limits });
    const engine = engines.get(slot);
    if (engine !== undefined) add({ kind: 'engine', slot: toSlot(slot), engine });
    for (const { isFull, hash, engine: made } of isBare ? [] : memory.keyframes.between(process, slot, slot)) {
      const [blob] = memory.keyframes.blobs(process, slot, slot);
      if (blob !== undefined)
        add({ kind: 'keyframe', slot: toSlot(slot), isFull, hash, engine: made, bytes: Buffer.from(blob).toString('base64url') });
    }
    if (slot < last && bytes >= BYTES_MAX) return { parts, next: toSlot(slot + 1) };
  }
  if (last < end) return { parts, next: toSlot(last + 1) };
  addTicks(end + 1);
  return { parts, next: null };
}

/**
 * Takes over what another compute unit has kept, and says so as if it had been run here. What was taken out of an outcome is
 * missing from its hash, so there is none to compare.
 * @throws AoError ARGUMENTS_INVALID for what does not have its own hash, or is another's.
 */
export function takeKept({ memory, record }: Pick<CuPorts, 'memory' | 'record'>, process: ProcessId, parts: readonly KeptPart[]): void {
  const told: FactBody[] = [];
  for (const part of parts) {
    if (part.kind === 'engine') memory.keepEngine(process, part.slot, part.engine);
    else if (part.kind === 'keyframe') memory.keyframes.keep(process, { ...part, blob: Buffer.from(part.bytes, 'base64url') }, part.engine);
    else {
      const { outcome } = part;
      const isItsOwn = outcome.removed === undefined ? outcomeHash(outcome) === outcome.hash : outcome.hash === '';
      if (outcome.process !== process || !isItsOwn)
        throw new AoError('ARGUMENTS_INVALID', { command: 'cu.takeKept', reason: `the outcome of slot ${outcome.slot} has another hash` });
      if (part.kind === 'tick') memory.ticks.keep(part.outcome, part.limits);
      else memory.keepOutcome(part.outcome, part.limits);
      told.push(part.kind === 'tick' ? cronFact(part.outcome) : evaluatedFact(part.outcome));
    }
  }
  memory.flush();
  told.forEach(record);
}
