import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import { toSlot } from '../contract/ids.ts';
import { stepAt, stepPlace, type Move } from '../contract/inside-view.ts';
import type { HistoryHit } from '../contract/recording.ts';
import { plain } from './breakpoint-requests.ts';
import { request, type Debug, type Opened, type Request, type Requests } from './debug.ts';
import { slotWords, type Place } from './place.ts';
import type { Thread } from './threads.ts';

const onThread = z.object({ threadId: z.number().int() });
const source = z.object({ name: z.string().optional(), path: z.string().optional(), sourceReference: z.number().int().optional() });
/** Moments at which a line ran that are offered in each direction. */
const TARGETS = 8;
const BUDGET_MS = 1_000;

/** Moving through a history, both ways. */
export function runRequests(debug: Debug): Requests {
  const targets = new Map<number, Place>();
  const threadOf = (id: number): Thread => {
    const thread = debug.opened().threads.byId(id);
    if (thread === null) throw new AoError('DEBUG_ARGUMENTS', { reason: `there is no thread ${id}` });
    return thread;
  };
  const moving = (move: Move): Request =>
    request(onThread, ({ threadId }) => ({ after: () => debug.opened().run.step(threadOf(threadId), move) }));
  const going = (direction: 'forwards' | 'backwards'): Request =>
    request(onThread, ({ threadId }) => ({
      body: { allThreadsContinued: false },
      after: () => debug.opened().run.go(threadOf(threadId), direction),
    }));
  return {
    next: moving('next'),
    stepIn: moving('stepIn'),
    stepOut: moving('stepOut'),
    stepBack: moving('stepBack'),
    continue: going('forwards'),
    reverseContinue: going('backwards'),
    pause: request(onThread, ({ threadId }) => ({ after: () => debug.opened().run.pause(threadOf(threadId)) })),
    restartFrame: request(z.object({ frameId: z.number().int() }), async ({ frameId }) => {
      const opened = debug.opened();
      const frame = opened.values.frame(frameId);
      const place = frame === null ? null : await firstLineOf(opened, frame.place, frame.level ?? 0);
      const thread = frame === null ? null : opened.threads.of(frame.place.process);
      if (place === null || thread === null) throw new AoError('DEBUG_ARGUMENTS', { reason: 'this frame has no first line' });
      return { after: () => opened.run.to(thread, place, 'restart') };
    }),
    gotoTargets: request(z.object({ source, line: z.number().int() }), async ({ source: given, line }, signal) => {
      const opened = debug.opened();
      const found = await momentsOf(opened, plain(given), debug.fromEditor(line), signal);
      targets.clear();
      for (const [index, { place }] of found.entries()) targets.set(index + 1, place);
      return { body: { targets: found.map(({ label }, index) => ({ id: index + 1, label, line })) } };
    }),
    goto: request(z.object({ threadId: z.number().int(), targetId: z.number().int() }), ({ targetId }) => {
      const place = targets.get(targetId);
      const thread = place === undefined ? null : debug.opened().threads.of(place.process);
      if (place === undefined || thread === null) throw new AoError('DEBUG_ARGUMENTS', { reason: `there is no target ${targetId}` });
      return { after: () => debug.opened().run.to(thread, place, 'goto') };
    }),
    /** Not of the protocol: a place by its slot. */
    'aoscope/goto': request(
      z.object({
        threadId: z.number().int().optional(),
        process: z.string().optional(),
        slot: z.number().int().min(0),
        tick: z.number().int().min(0).nullish(),
        /** Before this step; behind the whole slot when null; at its first line when absent. */
        step: z.number().int().min(0).nullish(),
      }),
      async ({ threadId, process, slot, tick = null, step }) => {
        const { threads, run, engine } = debug.opened();
        const thread = threadId !== undefined ? threadOf(threadId) : await threads.named(process ?? '');
        if (thread === null) throw new AoError('PROCESS_UNKNOWN', { process: process ?? '' });
        const place = { process: thread.process, slot: toSlot(slot), tick };
        await engine.ask('cu.result', place);
        return { after: () => (step === undefined ? run.enter(thread, place, 'goto') : run.to(thread, { ...place, step }, 'goto')) };
      },
    ),
  };
}

/** The first line of the call that a frame of the person's code stands in. */
async function firstLineOf({ evaluations, values }: Opened, place: Place, level: number): Promise<Place | null> {
  const evaluation = await evaluations.of(place);
  const at = evaluation === null || place.step === null ? null : (stepPlace(evaluation, place.step)?.at ?? null);
  if (evaluation === null || at === null) return null;
  const frames = await values.framesAt(place);
  let call = evaluation.steps.call[at] ?? -1;
  const outwards = frames.slice(0, level).filter(({ isRuntime }) => !isRuntime).length;
  for (let count = 0; count < outwards; count++) call = evaluation.calls[call]?.parent ?? -1;
  const first = evaluation.steps.call.indexOf(call);
  const step = first < 0 ? undefined : evaluation.steps.step[first];
  return step === undefined ? null : { ...place, step };
}

/** Moments at which a line ran: in the slots where the processes stand, then around them. */
async function momentsOf(
  { threads, sources, evaluations, engine, breakpoints }: Opened,
  given: { path?: string; sourceReference?: number },
  line: number,
  signal: AbortSignal,
): Promise<readonly { readonly place: Place; readonly label: string }[]> {
  const key = await sources.keyOf(given);
  if (key === null) return [];
  const found: { readonly place: Place; readonly label: string }[] = [];
  const add = (thread: Thread, place: Place): void => {
    if (!found.some((one) => JSON.stringify(one.place) === JSON.stringify(place)))
      found.push({ place, label: `${thread.name} ${slotWords(place)}${place.step === null ? '' : ` step ${place.step}`}` });
  };
  for (const thread of await threads.list()) {
    const stands = await threads.placeOf(thread);
    if (stands === null) continue;
    const evaluation = await evaluations.of(stands);
    for (
      let index = 0;
      evaluation !== null && key.kind === 'file' && index < evaluation.steps.step.length && found.length < TARGETS;
      index++
    ) {
      const at = stepAt(evaluation, index);
      if (at?.file?.file === key.file && at.file.line === line) add(thread, { ...stands, step: at.step });
    }
    for (const sought of await breakpoints.soughtLine(thread.process, key, line)) {
      for (const direction of ['backwards', 'forwards'] as const) {
        const wish = { process: thread.process, query: sought.query, from: stands.slot, direction, isSampled: false };
        const { hits } = await engine.ask('cu.search', { ...wish, limit: TARGETS, budgetMs: BUDGET_MS }, signal);
        const meant: HistoryHit[] = [];
        for (const hit of hits.slice(0, TARGETS)) if (await sought.isMeant(hit)) meant.push(hit);
        for (const { slot, tick, step } of meant) add(thread, { process: thread.process, slot, tick, step });
      }
    }
  }
  return found;
}
