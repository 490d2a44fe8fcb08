import { toSlot, type ProcessId } from '../../contract/ids.ts';
import type { LogEntry } from '../../contract/item.ts';
import { isFromOutside } from '../../contract/outcome.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../../contract/recording.ts';
import type { ScanQuery, ScanStep } from '../evaluator/protocol.ts';
import type { Look } from '../look.ts';
import type { CuPorts } from '../ports.ts';
import { logOf, stepOf, stepOfTick, type Program } from '../program.ts';

/** Which way, from where, and how far one part of a search may go. */
export interface SearchPart {
  readonly from: number;
  readonly direction: 'forwards' | 'backwards';
  /** True to look at keyframes only, for conditions. */
  readonly isSampled: boolean;
  /** Hits that end the part. */
  readonly limit: number;
  /** Milliseconds after which it ends with what it has. */
  readonly budgetMs: number;
}

/** Searching the history of a process: everything up to `to` has been evaluated. */
export interface History {
  search(
    process: ProcessId,
    program: Program,
    query: HistoryQuery,
    to: number,
    part: SearchPart,
    signal: AbortSignal,
  ): Promise<HistoryPage>;
}

/** Slots that are looked at in one go: the time between two looks at the clock. */
const CHUNK = 32;
/** The log and the outcomes are read in larger pieces. */
const READ_CHUNK = 500;

export function createHistory(ports: CuPorts, look: Look): History {
  const { memory, viewer } = ports;

  /** Every hit in the slots `first` to `last`, in their order. */
  const hitsIn = async (process: ProcessId, program: Program, query: HistoryQuery, first: number, last: number): Promise<HistoryHit[]> => {
    if (query.kind === 'error') return errorsIn(process, first, last, query.text);
    if (query.kind === 'message') return messagesIn(process, first, last, query);
    return scanned(process, program, query, first, last);
  };
  const errorsIn = (process: ProcessId, first: number, last: number, text: string | null): HistoryHit[] => {
    const wanted = text?.toLowerCase() ?? '';
    return memory
      .outcomes(process, toSlot(first), toSlot(last), last - first + 1, 'asc')
      .filter(({ error }) => error !== null && error.toLowerCase().includes(wanted))
      .map(({ slot, error }) => ({ slot, tick: null, step: null, text: error, before: null }));
  };
  const messagesIn = async (
    process: ProcessId,
    first: number,
    last: number,
    query: Extract<HistoryQuery, { readonly kind: 'message' }>,
  ): Promise<HistoryHit[]> => {
    const hits: HistoryHit[] = [];
    for await (const entry of logOf(ports, process, first, last)) {
      const message = entry.message ?? (await ports.ask('gateway.item', { id: entry.assignment.message }));
      if (!isMessageMeant(message, query)) continue;
      const action = message.tags.find(({ name }) => name === 'Action')?.value ?? null;
      hits.push({ slot: entry.assignment.slot, tick: null, step: null, text: action, before: null });
    }
    return hits;
  };
  const scanned = async (process: ProcessId, program: Program, query: ScanQuery, first: number, last: number): Promise<HistoryHit[]> => {
    const steps = await scanStepsOf(process, program, first, last);
    const { hits } = await look.at(process, program, first - 1, () =>
      viewer.ask('scan', { process, slot: first - 1, steps: steps.map(({ step }) => step), query }, Infinity),
    );
    return hits.flatMap(({ at, step, text, before }) => {
      const place = steps[at];
      return place === undefined ? [] : [{ slot: toSlot(place.step.slot), tick: place.tick, step, text, before }];
    });
  };
  /** The slots with their cron messages, without those that were ended from outside: running them again could not end. */
  const scanStepsOf = async (
    process: ProcessId,
    program: Program,
    first: number,
    last: number,
  ): Promise<{ readonly step: ScanStep; readonly tick: number | null }[]> => {
    const runs = memory.runsOf(process, first, last);
    const isEnded = (slot: number): boolean => {
      const outcome = runs.get(slot)?.isFailed === true ? memory.outcome(process, toSlot(slot)) : null;
      return outcome !== null && isFromOutside(outcome);
    };
    const ticks = program.cron === null ? [] : memory.ticks.between(process, first, last);
    const steps: { readonly step: ScanStep; readonly tick: number | null }[] = [];
    const add = async (entry: LogEntry): Promise<void> => {
      const { slot } = entry.assignment;
      for (const tick of ticks.filter(({ outcome }) => outcome.slot === slot && !isFromOutside(outcome)))
        steps.push({ step: { ...stepOfTick(process, program, tick), isFailed: tick.outcome.error !== null }, tick: tick.outcome.tick });
      const run = runs.get(slot);
      if (!isEnded(slot))
        steps.push({ step: { ...(await stepOf(ports, entry, run?.limits ?? null)), isFailed: run?.isFailed === true }, tick: null });
    };
    for await (const entry of logOf(ports, process, first, last)) await add(entry);
    return steps;
  };

  return {
    async search(process, program, query, to, part, signal) {
      const isSampled = part.isSampled && query.kind === 'condition';
      if (isSampled && query.kind === 'condition') return sample(process, program, query, to, part, signal);
      const size = query.kind === 'error' || query.kind === 'message' ? READ_CHUNK : CHUNK;
      const isForwards = part.direction === 'forwards';
      const startedMs = performance.now();
      const hits: HistoryHit[] = [];
      let slots = 0;
      let at = Math.min(part.from, to);
      while (at >= 0 && at <= to) {
        signal.throwIfAborted();
        const first = isForwards ? at : Math.max(0, at - size + 1);
        const last = isForwards ? Math.min(to, at + size - 1) : at;
        const found = await hitsIn(process, program, query, first, last);
        hits.push(...(isForwards ? found : found.toReversed()));
        slots += last - first + 1;
        at = isForwards ? last + 1 : first - 1;
        // What was found is given whole: the next part begins behind it.
        if (hits.length >= part.limit || performance.now() - startedMs >= part.budgetMs) break;
      }
      return { hits, slots, isSampled, next: at < 0 || at > to ? null : toSlot(at) };
    },
  };

  /** Conditions at keyframes, and at the newest slot, only: many slots in a short time, and blind to what came and went in between. */
  async function sample(
    process: ProcessId,
    program: Program,
    query: Extract<HistoryQuery, { readonly kind: 'condition' }>,
    to: number,
    part: SearchPart,
    signal: AbortSignal,
  ): Promise<HistoryPage> {
    const isForwards = part.direction === 'forwards';
    const startedMs = performance.now();
    const hits: HistoryHit[] = [];
    // The newest slot is where a person stands: it is looked at too.
    const all = [...new Set([...memory.keyframes.between(process, 0, to).map(({ slot }) => Number(slot)), to])];
    const ahead = isForwards ? all.filter((slot) => slot >= part.from) : all.filter((slot) => slot <= part.from).toReversed();
    let looked = part.from;
    for (const slot of ahead) {
      signal.throwIfAborted();
      const { hits: found } = await look.at(process, program, slot, () =>
        viewer.ask('scan', { process, slot, steps: [], query }, Infinity),
      );
      hits.push(...found.map(({ text }) => ({ slot: toSlot(slot), tick: null, step: null, text, before: null })));
      looked = slot;
      if (hits.length >= part.limit || performance.now() - startedMs >= part.budgetMs) break;
    }
    const rest = isForwards ? ahead.find((slot) => slot > looked) : ahead.find((slot) => slot < looked);
    return { hits, slots: Math.abs(looked - part.from) + 1, isSampled: true, next: rest === undefined ? null : toSlot(rest) };
  }
}

function isMessageMeant(
  message: {
    readonly tags: readonly { readonly name: string; readonly value: string }[];
    readonly data: string | null;
    readonly address: string;
  },
  { tags, from, text }: Extract<HistoryQuery, { readonly kind: 'message' }>,
): boolean {
  const sender = message.tags.find(({ name }) => name === 'From-Process')?.value ?? message.address;
  if (from !== null && sender !== from) return false;
  if (text !== null && !(message.data ?? '').toLowerCase().includes(text.toLowerCase())) return false;
  return Object.entries(tags).every(([name, value]) =>
    message.tags.some((tag) => tag.name === name && (value === '*' || tag.value === value)),
  );
}
