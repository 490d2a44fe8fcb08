import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import { tagValue, type Item, type LogEntry, type Tag } from '../../contract/item.ts';
import { isFromOutside, type Outcome } from '../../contract/outcome.ts';
import type { HistoryHit } from '../../contract/recording.ts';
import type { Inside, KeptPlace, ScanQuery, ScanStep } from '../evaluator/protocol.ts';
import type { Look } from '../look.ts';
import { placeOf } from '../place.ts';
import type { CuPorts } from '../ports.ts';
import { logOf, stepOf, stepOfTick, stepsOfTicks, type Program } from '../program.ts';
import type { EnteredFunction } from '../vm/machine.ts';

/** A message as a process got it. */
export interface PastMessage {
  readonly slot: Slot;
  /** Null for one that is in a branch only and has none. */
  readonly id: string | null;
  readonly tags: readonly Tag[];
  /** Null where it is not here. */
  readonly data: string | null;
  /** The process that sent it, or the address that signed it. */
  readonly from: string;
  readonly anchor: string;
  /** It is data that was assigned, not a message that was sent. */
  readonly isAssigned: boolean;
}

/** Where an outbox holds a message. */
export interface Sent {
  readonly slot: Slot;
  readonly tick: number | null;
  readonly index: number;
}

/** What a scan found. `entered` is the function, where it looked for such. */
export interface ScanHit extends HistoryHit {
  readonly entered?: EnteredFunction;
}

/** An evaluation that can be run again. */
export interface PastEvaluation {
  readonly inside: Inside;
  /** Hash of the outcome that it had; null where that is not known. */
  readonly hash: string | null;
  /** Of one that its time limit or a person ended, and that may not end by itself: its error, and the limit, ms (null for a person). */
  readonly ended: { readonly error: string; readonly limitMs: number | null } | null;
  /** Does `work` in the viewer with the memory that `inside` begins with at hand. */
  before<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * One process through time, on the main line or in a branch: what looks inside or searches asks it, and does not notice which it is.
 * Everything up to `to` has been evaluated; `tick` is null for a slot's own message.
 */
export interface Past {
  readonly process: ProcessId;
  readonly program: Program;
  /** Tells it from every other. */
  readonly key: string;
  /** The newest slot. */
  readonly to: number;
  /** @throws AoError SLOT_UNKNOWN. */
  evaluation(slot: Slot, tick: number | null): Promise<PastEvaluation>;
  /** Where the memory after a place stands in the viewer; slot -1 stands before all. @throws AoError SLOT_UNKNOWN. */
  placeAt(slot: number, tick: number | null): KeptPlace;
  /** Does `work` in the viewer with the memory after a place, under the key and place that it is given; slot -1 stands before all. */
  after<T>(slot: number, tick: number | null, work: (process: string, place: number) => Promise<T>): Promise<T>;
  messages(from: number, to: number): AsyncGenerator<PastMessage>;
  /** Null where a slot went well. */
  errorOf(slot: Slot): string | null;
  /** Slots that failed, in order. */
  errors(from: number, to: number): readonly { readonly slot: Slot; readonly tick: number | null; readonly error: string }[];
  /** Runs the slots again and tells in which the query is met, in order. */
  scan(query: ScanQuery, from: number, to: number): Promise<ScanHit[]>;
  /** Slots whose memory is kept, ascending. */
  samples(): readonly number[];
  /** The newest place in whose outbox a message stands; a process numbers what it sends in the anchor. */
  sent(target: ProcessId, anchor: string): Sent | null;
}

/** Slots that are looked through in one go. */
const SENT_PAGE = 500;

/** The main line of a process. @param to its newest slot; evaluated. */
export function mainPast(ports: CuPorts, look: Look, process: ProcessId, program: Program, to: number): Past {
  const { memory, viewer } = ports;
  const ticksBefore = (slot: number) => (program.cron === null ? [] : memory.ticks.between(process, slot, slot));
  /** With what comes before it since the slot before. */
  const insideOf = async (slot: Slot, tick: number | null): Promise<Inside> => {
    const ticks = ticksBefore(slot);
    if (tick === null) return { process, slot: slot - 1, before: stepsOfTicks(process, program, ticks), step: await slotStep(slot) };
    const run = ticks[tick];
    if (run === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
    const before = stepsOfTicks(process, program, ticks.slice(0, tick));
    return { process, slot: slot - 1, before, step: stepOfTick(process, program, run) };
  };
  const slotStep = async (slot: Slot): Promise<Inside['step']> => {
    const run = memory.runsOf(process, slot, slot).get(slot);
    for await (const entry of logOf(ports, process, slot, slot)) return stepOf(ports, entry, run?.limits ?? null);
    throw new AoError('SLOT_UNKNOWN', { process, slot });
  };
  /** The slots with their cron messages, without those that were ended from outside: running them again could not end. */
  const scanSteps = async (first: number, last: number): Promise<{ readonly step: ScanStep; readonly tick: number | null }[]> => {
    const runs = memory.runsOf(process, first, last);
    const isEnded = (slot: number): boolean => {
      const outcome = runs.get(slot)?.isFailed === true ? memory.outcome(process, toSlot(slot)) : null;
      return outcome !== null && isFromOutside(outcome);
    };
    const ticks = program.cron === null ? [] : memory.ticks.between(process, first, last);
    const steps: { readonly step: ScanStep; readonly tick: number | null }[] = [];
    for await (const entry of logOf(ports, process, first, last)) {
      const { slot } = entry.assignment;
      for (const tick of ticks.filter(({ outcome }) => outcome.slot === slot && !isFromOutside(outcome)))
        steps.push({ step: { ...stepOfTick(process, program, tick), isFailed: tick.outcome.error !== null }, tick: tick.outcome.tick });
      const run = runs.get(slot);
      if (!isEnded(slot))
        steps.push({ step: { ...(await stepOf(ports, entry, run?.limits ?? null)), isFailed: run?.isFailed === true }, tick: null });
    }
    return steps;
  };

  return {
    process,
    program,
    key: process,
    to,
    async evaluation(slot, tick) {
      const known = tick === null ? memory.outcome(process, slot) : ticksBefore(slot)[tick]?.outcome;
      const inside = await insideOf(slot, tick);
      return {
        inside,
        hash: known?.hash ?? null,
        ended: endOf(known ?? null),
        before: (work) => look.at(process, program, slot - 1, work),
      };
    },
    placeAt: (slot, tick) => ({ process, slot: placeOf(slot, tick) }),
    after(slot, tick, work) {
      const place = placeOf(slot, tick);
      return look.at(process, program, place, () => work(process, place));
    },
    async *messages(from, last) {
      for await (const entry of logOf(ports, process, from, last)) yield await messageOf(ports, entry);
    },
    errorOf: (slot) => memory.outcome(process, slot)?.error ?? null,
    errors: (from, last) =>
      memory
        .outcomes(process, toSlot(from), toSlot(last), last - from + 1, 'asc')
        .flatMap(({ slot, error }) => (error === null ? [] : [{ slot, tick: null, error }])),
    async scan(query, first, last) {
      const steps = await scanSteps(first, last);
      const { hits } = await look.at(process, program, first - 1, () =>
        viewer.ask('scan', { process, slot: first - 1, steps: steps.map(({ step }) => step), query }, Infinity),
      );
      return hits.flatMap(({ at, ...hit }) => {
        const place = steps[at];
        return place === undefined ? [] : [{ slot: toSlot(place.step.slot), tick: place.tick, ...hit }];
      });
    },
    samples: () => memory.keyframes.between(process, 0, to).map(({ slot }) => Number(slot)),
    sent(target, anchor) {
      const placeIn = (messages: readonly { readonly Target: string; readonly Anchor: string }[]): number =>
        messages.findIndex((one) => one.Target === target && one.Anchor === anchor);
      for (let last = memory.evaluatedTo(process); last >= 0; last -= SENT_PAGE) {
        const from = Math.max(0, last - SENT_PAGE + 1);
        for (const { slot, messages } of memory.outcomes(process, toSlot(from), toSlot(last), SENT_PAGE, 'desc')) {
          const index = placeIn(messages);
          if (index >= 0) return { slot, tick: null, index };
        }
        for (const { outcome } of memory.ticks.between(process, from, last + 1)) {
          const index = placeIn(outcome.messages);
          if (index >= 0) return { slot: outcome.slot, tick: outcome.tick, index };
        }
      }
      return null;
    },
  };
}

/** The message of a log entry; assigned data that is not here has nothing in it. */
async function messageOf(ports: CuPorts, { assignment, message }: LogEntry): Promise<PastMessage> {
  const { slot, message: id } = assignment;
  const item: Item | null = message ?? (await ports.ask('gateway.item', { id }).catch(() => null));
  if (item === null) return { slot, id, tags: [], data: null, from: '', anchor: '', isAssigned: true };
  const { tags, data, address, anchor } = item;
  return { slot, id: item.id, tags, data, from: tagValue(tags, 'From-Process') || address, anchor, isAssigned: message === null };
}

function endOf(outcome: Outcome | null): PastEvaluation['ended'] {
  const { error, verdict } = outcome ?? { error: null, verdict: null };
  if (verdict?.kind !== 'time' && verdict?.kind !== 'stopped') return null;
  return { error: error ?? '', limitMs: verdict.kind === 'time' ? verdict.limit : null };
}
