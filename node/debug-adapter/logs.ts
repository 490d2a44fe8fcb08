import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { HistoryPage } from '../contract/recording.ts';
import type { Sought } from './breakpoints.ts';
import type { Debug, Opened } from './debug.ts';
import { unquoted } from './expression-path.ts';
import type { Thread } from './threads.ts';

/** What log points have to say is told for the whole history, and for what comes. */
export interface Logs {
  /** Tells what was not told yet: to be called when log points were set, and when there are new slots. */
  tell(): void;
  end(): void;
}

/** Lines that one log point tells of one process. */
export const LOG_LINES_MAX = 10_000;
const PART_HITS = 500;
const BUDGET_MS = 250;

export function createLogs(
  debug: Pick<Debug, 'send' | 'progress' | 'toEditor'>,
  ports: Pick<Opened, 'engine' | 'breakpoints' | 'threads'>,
): Logs {
  const { engine, breakpoints, threads } = ports;
  const { ask } = engine;
  /** Slots that were looked through already, and lines that were told, by log point and process. */
  const told = new Map<string, { next: Slot; lines: number }>();
  const stop = new AbortController();
  let running: Promise<void> | null = null;
  let isAgain = false;

  const tellOne = async ({ process, name }: Thread, one: Sought, isMany: boolean): Promise<void> => {
    const { query, log, isMeant } = one;
    const key = keyOf(process, one);
    const state = told.get(key) ?? { next: toSlot(0), lines: 0 };
    told.set(key, state);
    const { slotLatest } = await ask('su.process', { process });
    if (log === null || state.next > slotLatest || state.lines >= LOG_LINES_MAX) return;
    const work = debug.progress.begin(`${name}: log point`, stop);
    try {
      for (let from: Slot | null = state.next; from !== null && state.lines < LOG_LINES_MAX;) {
        const part = { from, direction: 'forwards', isSampled: false, limit: PART_HITS, budgetMs: BUDGET_MS } as const;
        const page: HistoryPage = await ask('cu.search', { process, query, ...part }, stop.signal);
        for (const hit of page.hits) {
          if (state.lines >= LOG_LINES_MAX || !(await isMeant(hit))) continue;
          state.lines += 1;
          const output = `${isMany ? `${name} ` : ''}slot ${hit.slot}: ${unquoted(hit.text ?? '')}\n`;
          debug.send('output', { category: 'stdout', output, source: log.source, line: debug.toEditor(log.line) });
        }
        state.next = page.next ?? toSlot(slotLatest + 1);
        work.tell(`slot ${state.next}`, (100 * state.next) / (slotLatest + 1));
        from = page.next;
      }
      if (state.lines >= LOG_LINES_MAX)
        debug.send('output', { category: 'console', output: `This log point tells no more than ${LOG_LINES_MAX} lines.\n` });
    } finally {
      work.end();
    }
  };
  const tellAll = async (): Promise<void> => {
    const all = await threads.list();
    const due: { readonly thread: Thread; readonly one: Sought }[] = [];
    for (const thread of all) for (const one of await breakpoints.soughtIn(thread.process)) if (one.log !== null) due.push({ thread, one });
    // One that was taken away and comes back is told anew.
    const keys = new Set(due.map(({ thread, one }) => keyOf(thread.process, one)));
    for (const key of told.keys()) if (!keys.has(key)) told.delete(key);
    for (const { thread, one } of due) await tellOne(thread, one, all.length > 1);
  };
  const tell = (): void => {
    if (!breakpoints.hasLogs() || stop.signal.aborted) return;
    if (running !== null) {
      isAgain = true;
      return;
    }
    running = tellAll()
      .catch((error: unknown) => {
        if (!stop.signal.aborted) debug.send('output', { category: 'stderr', output: `${String(error)}\n` });
      })
      .finally(() => {
        running = null;
        const isDue = isAgain;
        isAgain = false;
        if (isDue) tell();
      });
  };
  return { tell, end: () => stop.abort() };
}

function keyOf(process: ProcessId, { query, log }: Sought): string {
  return JSON.stringify([process, query, log?.source.path ?? null, log?.line ?? null]);
}
