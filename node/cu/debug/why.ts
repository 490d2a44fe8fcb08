import { AoError } from '../../contract/errors.ts';
import { isId, toProcessId, toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import { tagValue, type Item } from '../../contract/item.ts';
import type { EvaluationPlace, HistoryPage, Why, WhyLink } from '../../contract/recording.ts';
import type { CuPorts } from '../ports.ts';
import type { Program } from '../program.ts';
import type { History } from './history.ts';
import type { InsideSlot } from './inside.ts';

/** Links that are told at most. */
const LINKS_MAX = 100;
/** Slots of a sender that are looked through in one go. */
const SENDER_PAGE = 500;
const SEARCH_MS = 200;

/** Tells why something is as it is. Everything up to the slot has been evaluated. */
export type AskWhy = (process: ProcessId, slot: Slot, expression: string, signal: AbortSignal) => Promise<Why>;

/** Where an outbox holds a message. */
interface Sent {
  readonly place: EvaluationPlace;
  readonly index: number;
}

/**
 * From a value back to what came from outside: the slot that last wrote it, the line, the message, the slot and line
 * that sent it, and so on across processes. Everything stands in the logs and the outcomes; what a line did is found
 * by running its slot again.
 * @param runs the program of any process here, and its evaluation up to its newest slot.
 */
export function createWhy(
  ports: CuPorts,
  history: History,
  inside: InsideSlot,
  runs: { programOf(process: ProcessId): Promise<Program>; advanceAll(process: ProcessId): Promise<void> },
): AskWhy {
  const { programOf, advanceAll } = runs;
  /** The newest slot up to `slot` that changed the value; null where none did. */
  const lastWrite = async (process: ProcessId, slot: Slot, expression: string, signal: AbortSignal): Promise<EvaluationPlace | null> => {
    const program = await programOf(process);
    for (let from: number | null = slot; from !== null;) {
      signal.throwIfAborted();
      const part = { from, direction: 'backwards', isSampled: false, limit: 1, budgetMs: SEARCH_MS } as const;
      const page: HistoryPage = await history.search(process, program, { kind: 'change', expression }, slot, part, signal);
      const [hit] = page.hits;
      if (hit !== undefined) return { process, slot: hit.slot, tick: hit.tick };
      from = page.next;
    }
    return null;
  };
  /** The line that sent it; a slot that cannot be watched is told without. */
  const sendPlace = async ({ place, index }: Sent): Promise<Pick<WhyLink, 'place' | 'step'>> => {
    const recording = await inside.trace(await programOf(place.process), place).catch(() => null);
    const site = recording?.sends.find((one) => one.kind === 'message' && one.index === index);
    return { place: site?.place ?? null, step: site?.step ?? null };
  };

  return async (process, slot, expression, signal) => {
    const written = await lastWrite(process, slot, expression, signal);
    if (written === null) return { links: [], origin: 'never written' };
    const write = await inside.wrote(await programOf(process), written, expression);
    const links: WhyLink[] = [];
    let at = written;
    let did: Pick<WhyLink, 'did' | 'place' | 'step' | 'change'> = {
      did: 'wrote',
      place: write?.place ?? null,
      step: write?.step ?? null,
      change: write === null ? null : { before: write.before, after: write.after },
    };
    while (links.length < LINKS_MAX) {
      signal.throwIfAborted();
      if (at.tick !== null) {
        links.push({ ...at, ...did, message: { id: null, action: null, from: at.process } });
        return { links, origin: 'cron' };
      }
      const item = await messageAt(ports, at);
      const sender = tagValue(item.tags, 'From-Process');
      links.push({ ...at, ...did, message: { id: item.id, action: tagValue(item.tags, 'Action'), from: sender ?? item.address } });
      if (sender === null) return { links, origin: 'person' };
      const isHere = isId(sender) && (await ports.ask('su.isProcess', { id: sender })).isProcess;
      // It may never have been asked for anything here: then its outboxes are not known yet.
      if (isHere) await advanceAll(toProcessId(sender));
      const sent = isHere ? sentIn(ports, toProcessId(sender), at.process, item) : null;
      if (sent === null) return { links, origin: 'elsewhere' };
      at = sent.place;
      did = { did: 'sent', change: null, ...(await sendPlace(sent)) };
    }
    return { links, origin: 'cut' };
  };
}

async function messageAt(ports: CuPorts, { process, slot }: EvaluationPlace): Promise<Item> {
  const { entries } = await ports.ask('su.log', { process, from: slot, limit: 1 });
  const [entry] = entries;
  if (entry === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
  return entry.message ?? ports.ask('gateway.item', { id: entry.assignment.message });
}

/** The newest slot of the sender in whose outbox the message stands; a process numbers what it sends in the anchor. */
function sentIn(ports: CuPorts, sender: ProcessId, target: ProcessId, item: Item): Sent | null {
  const placeIn = (messages: readonly { readonly Target: string; readonly Anchor: string }[]): number =>
    messages.findIndex(({ Target, Anchor }) => Target === target && Anchor === item.anchor);
  for (let to = ports.memory.evaluatedTo(sender); to >= 0; to -= SENDER_PAGE) {
    const from = Math.max(0, to - SENDER_PAGE + 1);
    for (const { slot, messages } of ports.memory.outcomes(sender, toSlot(from), toSlot(to), SENDER_PAGE, 'desc')) {
      const index = placeIn(messages);
      if (index >= 0) return { place: { process: sender, slot, tick: null }, index };
    }
    for (const { outcome } of ports.memory.ticks.between(sender, from, to + 1)) {
      const index = placeIn(outcome.messages);
      if (index >= 0) return { place: { process: sender, slot: outcome.slot, tick: outcome.tick }, index };
    }
  }
  return null;
}
