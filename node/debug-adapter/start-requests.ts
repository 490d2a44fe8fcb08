import type { DebugProtocol } from '@vscode/debugprotocol';
import { z } from 'zod';
import { AoError, reasonOf } from '../contract/errors.ts';
import { toSlot } from '../contract/ids.ts';
import { createBreakpoints } from './breakpoints.ts';
import { request, type Debug, type Opened, type Reply, type Requests } from './debug.ts';
import { createEvaluations } from './evaluation.ts';
import { createLogs, type Logs } from './logs.ts';
import { firstEvaluation } from './place.ts';
import { createRun } from './run.ts';
import { createSources } from './sources.ts';
import { createStacks } from './stack.ts';
import { createThreads, type Thread } from './threads.ts';
import { createValues } from './values.ts';

const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsDataBreakpoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsStepBack: true,
  supportsRestartFrame: true,
  supportsGotoTargetsRequest: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.', ':'],
  supportsExceptionInfoRequest: true,
  supportsLoadedSourcesRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsTerminateRequest: true,
  supportsCancelRequest: true,
  supportsSingleThreadExecutionRequests: true,
  exceptionBreakpointFilters: [
    {
      filter: 'errors',
      label: 'Slots that failed',
      description: 'Stops where a message ended in an error',
      default: false,
      supportsCondition: true,
      conditionDescription: 'A text in the error',
    },
  ],
};

const begin = z.object({
  project: z.string().min(1).optional(),
  process: z.string().min(1).optional(),
  slot: z.union([z.number().int().min(0), z.literal('latest')]).optional(),
  stopOnEntry: z.boolean().optional(),
});
type Begin = z.output<typeof begin>;

/** Beginning and end of a session. */
export function startRequests(debug: Debug): Requests {
  let wish: Begin = {};
  let logs: Logs | null = null;
  const opening = async (args: Begin, isRunningOnly: boolean): Promise<Reply> => {
    wish = args;
    const folder = args.project ?? debug.folder;
    if (folder === null) throw new AoError('DEBUG_ARGUMENTS', { reason: '“project” names no folder' });
    const made = await openAll(debug, folder, isRunningOnly);
    debug.begin(made);
    const told = createLogs(debug, made);
    logs = told;
    made.breakpoints.onLogs(told.tell);
    const leave = made.engine.onFacts((facts) => {
      if (!facts.some(({ kind }) => kind === 'cu.evaluated' || kind === 'su.assigned')) return;
      void catchUp(debug, made).catch(() => undefined);
      told.tell();
    });
    made.engine.onEnd(() => {
      leave();
      debug.send('terminated', undefined);
    });
    return { after: async () => debug.send('initialized', undefined) };
  };
  return {
    initialize: request(
      z.object({
        linesStartAt1: z.boolean().optional(),
        columnsStartAt1: z.boolean().optional(),
        pathFormat: z.literal('path').optional(),
        supportsProgressReporting: z.boolean().optional(),
      }),
      ({ linesStartAt1, columnsStartAt1, supportsProgressReporting }) => {
        debug.editor.firstLine = linesStartAt1 === false ? 0 : 1;
        debug.editor.firstColumn = columnsStartAt1 === false ? 0 : 1;
        debug.editor.hasProgress = supportsProgressReporting === true;
        return { body: CAPABILITIES };
      },
    ),
    launch: request(begin, (args) => opening(args, false)),
    attach: request(begin, (args) => opening(args, true)),
    configurationDone: request(z.unknown(), () => ({
      async after() {
        try {
          logs?.tell();
          await enterFirst(debug.opened(), wish);
        } catch (error) {
          // With nowhere to stand there is no session.
          const text = error instanceof AoError ? `${error.message} ${error.cure}` : reasonOf(error);
          debug.send('output', { category: 'stderr', output: `${text}\n` });
          debug.send('terminated', undefined);
        }
      },
    })),
    disconnect: request(z.unknown(), async () => {
      logs?.end();
      await debug.end();
      return {};
    }),
    terminate: request(z.unknown(), async () => {
      logs?.end();
      await debug.end();
      return { after: async () => debug.send('terminated', undefined) };
    }),
  };
}

async function openAll(debug: Debug, folder: string, isRunningOnly: boolean): Promise<Opened> {
  const engine = await debug.open(folder, isRunningOnly);
  const { ask } = engine;
  const evaluations = createEvaluations(ask);
  const sources = createSources(engine.project, (source) => debug.send('loadedSource', { reason: 'new', source }));
  const values = createValues(ask);
  const threads = createThreads(ask, ({ id }) => debug.send('thread', { reason: 'started', threadId: id }));
  const breakpoints = createBreakpoints(ask, sources, threads);
  const stacks = createStacks({ ask, evaluations, sources, values, threads, toEditor: debug.toEditor });
  const ports = { engine, evaluations, sources, values, threads, breakpoints, stacks };
  return { ...ports, run: createRun(debug, ports) };
}

/** What new slots make possible: processes that came, lines that can be stopped at. */
async function catchUp(debug: Debug, { threads, breakpoints }: Opened): Promise<void> {
  await threads.list();
  for (const breakpoint of await breakpoints.placedSince()) debug.send('breakpoint', { reason: 'changed', breakpoint });
}

/** Where a session begins: at the slot that was named, or after the newest one; or at the first hit of all. */
async function enterFirst({ threads, run, engine }: Opened, { process, slot, stopOnEntry }: Begin): Promise<void> {
  const [first] = await threads.list();
  const thread: Thread | null = process === undefined ? (first ?? null) : await threads.named(process);
  if (thread === null) throw new AoError(process === undefined ? 'DEBUG_NO_PROCESS' : 'PROCESS_UNKNOWN', { process: process ?? '' });
  if (stopOnEntry === false) {
    const place = await firstEvaluation(engine.ask, thread.process);
    if (place !== null && typeof slot !== 'number') thread.place = { ...place, step: 0 };
    else if (place !== null) thread.place = { ...place, slot: toSlot(Number(slot)), tick: null, step: 0 };
    return run.go(thread, 'forwards');
  }
  if (typeof slot === 'number') return run.enter(thread, { process: thread.process, slot: toSlot(slot), tick: null }, 'entry');
  const place = await threads.placeOf(thread);
  if (place === null) throw new AoError('DEBUG_NO_SLOT', { process: thread.name });
  await run.to(thread, place, 'entry');
}
