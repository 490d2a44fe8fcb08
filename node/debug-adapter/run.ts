import type { DebugProtocol } from '@vscode/debugprotocol';
import { AoError, reasonOf } from '../contract/errors.ts';
import { toSlot, type Slot } from '../contract/ids.ts';
import { moveInside, stepPlace, type Move } from '../contract/inside-view.ts';
import { nearestHit } from '../contract/nearest-hit.ts';
import { outputText } from '../contract/outcome.ts';
import type { EvaluationPlace, HistoryHit } from '../contract/recording.ts';
import type { Sought } from './breakpoints.ts';
import type { Debug, Opened } from './debug.ts';
import type { Evaluation } from './evaluation.ts';
import { messageWords } from './message.ts';
import { firstEvaluation, isSameEvaluation, neighbour, slotWords, type Place } from './place.ts';
import type { Thread } from './threads.ts';

type Direction = 'forwards' | 'backwards';

/** Moves processes through their histories. Each ends with a `stopped` event, or goes on until there is one. */
export interface Run {
  step(thread: Thread, move: Move): Promise<void>;
  /** To the nearest hit; forwards in a live project it waits for one. */
  go(thread: Thread, direction: Direction): Promise<void>;
  pause(thread: Thread): Promise<void>;
  /** Stands somewhere else. */
  to(thread: Thread, place: Place, reason: string): Promise<void>;
  /** To the first line of an evaluation, or behind it where it has none that can be watched. */
  enter(thread: Thread, place: EvaluationPlace, reason: string): Promise<void>;
}

type Ports = Omit<Opened, 'run'>;

export function createRun(debug: Pick<Debug, 'send' | 'progress'>, ports: Ports): Run {
  const { engine, evaluations, threads, values, stacks } = ports;
  const { ask } = engine;
  const said = new Set<string>();

  const isAnyRunning = async (): Promise<boolean> => (await threads.list()).some(({ running }) => running !== null);
  const stop = async (
    thread: Thread,
    place: Place,
    reason: string,
    more: Partial<DebugProtocol.StoppedEvent['body']> = {},
  ): Promise<void> => {
    thread.place = place;
    values.clear();
    stacks.clear();
    if (place.step === null) await sayOutput(thread, place);
    const description = `${slotWords(place)} · ${await messageWords(ask, place, threads.label)}`;
    const allThreadsStopped = !(await isAnyRunning());
    debug.send('stopped', { reason, threadId: thread.id, allThreadsStopped, description, ...more });
  };
  /** What the slot printed, once. */
  const sayOutput = async ({ name }: Thread, place: Place): Promise<void> => {
    const key = JSON.stringify([place.process, place.slot, place.tick]);
    if (place.tick !== null || said.has(key)) return;
    said.add(key);
    const { output, error } = await ask('cu.result', { process: place.process, slot: place.slot });
    const { text } = outputText(output);
    const head = `${name} ${slotWords(place)}: `;
    if (text !== '') debug.send('output', { category: 'stdout', output: `${head}${text}\n` });
    if (error !== null) debug.send('output', { category: 'stderr', output: `${head}${error}\n` });
  };
  const at = (place: EvaluationPlace, evaluation: Evaluation | null, index: number | null): Place => {
    const { process, slot, tick } = place;
    const step = index === null ? null : (evaluation?.steps.step[index] ?? null);
    return { process, slot, tick, step };
  };
  const enter = async (thread: Thread, place: EvaluationPlace, reason: string): Promise<void> => {
    const evaluation = await evaluations.of(place);
    await stop(thread, at(place, evaluation, 0), reason);
  };
  const standing = async (thread: Thread): Promise<Place> => {
    const place = await threads.placeOf(thread);
    if (place === null) throw new AoError('DEBUG_NO_SLOT', { process: thread.name });
    return place;
  };
  const end = (thread: Thread, place: Place, words: string): Promise<void> => {
    debug.send('output', { category: 'console', output: `${thread.name}: ${words}\n` });
    return stop(thread, place, 'step');
  };

  const stepFrom = async (thread: Thread, place: Place, move: Move): Promise<void> => {
    const evaluation = await evaluations.of(place);
    const index = place.step === null || evaluation === null ? null : (stepPlace(evaluation, place.step)?.at ?? null);
    const to = evaluation === null ? (move === 'stepBack' ? 'before' : 'after') : moveInside(evaluation, index, move);
    if (typeof to === 'number') return stop(thread, at(place, evaluation, to), 'step');
    if (to === 'after' && place.step !== null) return stop(thread, at(place, evaluation, null), 'step');
    const next = await neighbour(ask, place, to === 'after' ? 1 : -1);
    if (next === null) return end(thread, place, to === 'after' ? 'this is the newest slot' : 'this is the first line of the history');
    if (to === 'after') return enter(thread, next, 'step');
    return stop(thread, at(next, null, null), 'step');
  };

  /** Where a hit stands: at its step, or at the line that did it where it is told by its slot alone. */
  const placeOf = async (thread: Thread, { query }: Sought, hit: HistoryHit): Promise<Place> => {
    const { process } = thread;
    const place = { process, slot: hit.slot, tick: hit.tick };
    if (query.kind === 'error') {
      const evaluation = await evaluations.of(place);
      const error = evaluation?.recording.error ?? null;
      // The error came after its line had begun.
      return { ...place, step: evaluation === null || error === null ? null : (stepPlace(evaluation, error.step)?.step ?? null) };
    }
    if (query.kind === 'change') {
      const { links } = await ask('cu.why', { process, slot: hit.slot, expression: query.expression });
      const [link] = links;
      return { ...place, step: link !== undefined && isSameEvaluation(link, place) ? link.step : null };
    }
    if (query.kind !== 'handler' || hit.step === null) return { ...place, step: hit.step };
    // It is the runtime that asks a handler: its own first line comes right after.
    const steps = (await evaluations.of(place))?.steps.step ?? [];
    return { ...place, step: steps.find((step) => step >= (hit.step ?? 0)) ?? hit.step };
  };
  /** @returns null where it stands at a hit now; the last slot that was looked at where there was none. */
  const hunt = async (thread: Thread, from: Place, direction: Direction, stopped: AbortController): Promise<Slot | null> => {
    const { process } = thread;
    const sought = (await ports.breakpoints.soughtIn(process)).filter(({ log }) => log === null);
    const { slotLatest } = await ask('su.process', { process });
    const work = debug.progress.begin(`${thread.name}: looking ${direction}`, stopped);
    // A slot that failed, or changed a value, is one hit: whoever stands inside it has been there.
    const isNew = (hit: HistoryHit, { id }: Sought): boolean =>
      hit.step !== null || thread.led?.breakpoint !== id || thread.led.slot !== hit.slot || thread.led.tick !== hit.tick;
    try {
      const found = await nearestHit(
        (args, signal) => ask('cu.search', args, signal),
        {
          process,
          queries: sought.map(({ query }) => query),
          from,
          latest: slotLatest,
          direction,
          // Whoever stands behind a slot has what it did behind them.
          isHereToo: direction === 'backwards' && from.step === null,
          isMeant: async (hit, index) => {
            const one = sought[index];
            return one !== undefined && isNew(hit, one) && (await one.isMeant(hit));
          },
        },
        stopped.signal,
        (slots) => work.tell(`${slots} slots`, Math.min(99, (100 * slots) / Math.max(1, (slotLatest + 1) * sought.length))),
      );
      const one = found === null ? undefined : sought[found.query];
      if (found === null || one === undefined) return slotLatest;
      const { hit } = found;
      thread.led = { breakpoint: one.id, slot: hit.slot, tick: hit.tick };
      const place = await placeOf(thread, one, hit);
      thread.running = null;
      await stop(thread, place, one.reason, { hitBreakpointIds: [one.id], ...(hit.text === null ? {} : { text: hit.text }) });
      return null;
    } finally {
      work.end();
    }
  };
  /** Resolves once the process has evaluated more, or nobody waits any more. */
  const more = (thread: Thread, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const leave = engine.onFacts((facts) => {
        if (facts.some((fact) => (fact.kind === 'cu.evaluated' || fact.kind === 'cu.cron') && fact.process === thread.process)) done();
      });
      const done = (): void => {
        leave();
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
    });
  const goFrom = async (thread: Thread, from: Place, direction: Direction, stopped: AbortController): Promise<void> => {
    let place = from;
    for (;;) {
      stopped.signal.throwIfAborted();
      const isMore = direction === 'forwards' && engine.isLive ? more(thread, stopped.signal) : null;
      const last = await hunt(thread, place, direction, stopped);
      // Nobody waits for more.
      if (last === null) return stopped.abort();
      const newest: Place = { process: thread.process, slot: last, tick: null, step: null };
      if (isMore === null) {
        thread.running = null;
        if (direction === 'forwards') return end(thread, newest, 'no more hits: this is the newest slot');
        const first = (await firstEvaluation(ask, thread.process)) ?? { process: thread.process, slot: toSlot(0), tick: null };
        debug.send('output', { category: 'console', output: `${thread.name}: no hits before: this is the beginning\n` });
        return enter(thread, first, 'step');
      }
      place = newest;
      await isMore;
    }
  };

  return {
    enter,
    async to(thread, place, reason) {
      await ask('cu.result', { process: place.process, slot: place.slot });
      thread.led = null;
      await stop(thread, place, reason);
    },
    async step(thread, move) {
      thread.led = null;
      await stepFrom(thread, await standing(thread), move);
    },
    async go(thread, direction) {
      const stopped = new AbortController();
      thread.running?.abort();
      // At once: a pause may come right behind.
      thread.running = stopped;
      let place: Place | null = null;
      try {
        place = await standing(thread);
        await goFrom(thread, place, direction, stopped);
      } catch (error) {
        if (thread.running !== stopped) return;
        thread.running = null;
        if (place === null) throw error;
        // A pause, or a cancel: whoever asked for it is told where the process stands.
        if (stopped.signal.aborted) return stop(thread, place, 'pause');
        debug.send('output', { category: 'stderr', output: `${reasonOf(error)}\n` });
        await stop(thread, place, 'exception', { text: reasonOf(error) });
      }
    },
    async pause(thread) {
      if (thread.running !== null) return thread.running.abort();
      await stop(thread, await standing(thread), 'pause');
    },
  };
}
