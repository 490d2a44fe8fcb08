import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import { request, type Debug, type Opened, type Requests } from './debug.ts';
import { unquoted } from './expression-path.ts';
import { completions, runCommand } from './repl.ts';
import type { FrameAt } from './values.ts';

/** Looking at what stands still: stacks, values, texts. */
export function lookRequests(debug: Debug): Requests {
  /** The frame that is meant; where none is named, where the first process stands. */
  const frameOf = async (id: number | undefined): Promise<FrameAt> => {
    const { values, threads } = debug.opened();
    const known = id === undefined ? null : values.frame(id);
    if (known !== null) return known;
    if (id !== undefined) throw new AoError('DEBUG_ARGUMENTS', { reason: 'this frame is gone: the process stands elsewhere now' });
    for (const thread of await threads.list()) {
      const place = await threads.placeOf(thread);
      if (place !== null) return { place, level: place.step === null ? null : 0 };
    }
    throw new AoError('DEBUG_NO_PROCESS');
  };
  return {
    threads: request(z.unknown(), async () => ({
      body: { threads: (await debug.opened().threads.list()).map(({ id, name }) => ({ id, name })) },
    })),
    stackTrace: request(
      z.object({ threadId: z.number().int(), startFrame: z.number().int().optional(), levels: z.number().int().optional() }),
      async ({ threadId, startFrame = 0, levels = 0 }) => {
        const { threads, stacks } = debug.opened();
        const thread = threads.byId(threadId);
        if (thread === null) throw new AoError('DEBUG_ARGUMENTS', { reason: `there is no thread ${threadId}` });
        return { body: await stacks.of(thread, startFrame, levels === 0 ? null : levels) };
      },
    ),
    scopes: request(z.object({ frameId: z.number().int() }), async ({ frameId }) => ({
      body: { scopes: await debug.opened().values.scopes(await frameOf(frameId)) },
    })),
    variables: request(
      z.object({
        variablesReference: z.number().int(),
        filter: z.enum(['indexed', 'named']).optional(),
        start: z.number().int().min(0).optional(),
        count: z.number().int().min(0).optional(),
      }),
      async ({ variablesReference, ...wish }) => {
        const variables = await debug.opened().values.variables(variablesReference, wish);
        if (variables === null) throw new AoError('DEBUG_ARGUMENTS', { reason: 'this value is gone: the process stands elsewhere now' });
        return { body: { variables } };
      },
    ),
    evaluate: request(
      z.object({ expression: z.string().min(1), frameId: z.number().int().optional(), context: z.string().optional() }),
      async ({ expression, frameId, context }, signal) => {
        const frame = await frameOf(frameId);
        if (context === 'repl' && expression.startsWith(':')) return runCommand(debug, frame, expression.slice(1).trim(), signal);
        return { body: await evaluated(debug.opened(), frame, expression, context, signal) };
      },
    ),
    completions: request(
      z.object({ text: z.string(), column: z.number().int(), frameId: z.number().int().optional() }),
      async ({ text, column, frameId }) => ({
        body: { targets: await completions(debug.opened(), await frameOf(frameId), text.slice(0, column - debug.editor.firstColumn)) },
      }),
    ),
    exceptionInfo: request(z.object({ threadId: z.number().int() }), async ({ threadId }) => {
      const { threads, evaluations } = debug.opened();
      const thread = threads.byId(threadId);
      const place = thread === null ? null : await threads.placeOf(thread);
      const error = place === null ? null : ((await evaluations.of(place))?.recording.error ?? null);
      if (error === null) throw new AoError('DEBUG_ARGUMENTS', { reason: 'no error began here' });
      const stackTrace = error.stack.map(
        ({ function: name, place: at }) => `${name}  ${at === null ? '' : `${at.chunk.replace(/^[@=]/, '')}:${at.line}`}`,
      );
      return {
        body: {
          exceptionId: 'Slot failed',
          description: error.message,
          breakMode: 'always',
          details: { message: error.message, stackTrace: stackTrace.join('\n') },
        },
      };
    }),
    loadedSources: request(z.unknown(), () => ({ body: { sources: debug.opened().sources.all() } })),
    source: request(z.object({ sourceReference: z.number().int() }), ({ sourceReference }) => {
      const content = debug.opened().sources.text(sourceReference);
      if (content === null) throw new AoError('DEBUG_ARGUMENTS', { reason: 'this text is not of this session' });
      return { body: { content, mimeType: 'text/x-lua' } };
    }),
  };
}

async function evaluated(
  { engine, values }: Opened,
  frame: FrameAt,
  expression: string,
  context: string | undefined,
  signal: AbortSignal,
): Promise<object> {
  const { process, slot, tick, step } = frame.place;
  const wish = { process, slot, tick, step, frame: frame.level ?? 0, expression };
  const { kind, preview } = await engine.ask('cu.expression', wish, signal);
  if (kind === 'error') throw new AoError('DEBUG_EXPRESSION', { reason: preview });
  return {
    result: context === 'clipboard' ? unquoted(preview) : preview,
    type: kind,
    variablesReference: kind === 'table' ? await values.openable(frame, expression) : 0,
  };
}
