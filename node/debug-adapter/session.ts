import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import { Event, Response } from '@vscode/debugadapter/lib/messages';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { z } from 'zod';
import { AoError, reasonOf, toWireError } from '../contract/errors.ts';
import { breakpointRequests } from './breakpoint-requests.ts';
import type { Debug, Events, Opened, Reply, Requests } from './debug.ts';
import type { OpenEngine } from './engine.ts';
import { lookRequests } from './look-requests.ts';
import { createProgress } from './progress.ts';
import { runRequests } from './run-requests.ts';
import { startRequests } from './start-requests.ts';

const cancelled = z.object({ requestId: z.number().int().optional(), progressId: z.string().optional() });

/** One editor that debugs one project. */
export class DebugSession extends ProtocolServer {
  readonly #requests: Requests;
  readonly #running = new Map<number, AbortController>();
  readonly #debug: Debug;
  readonly #onEnd: () => void;
  #opened: Opened | null = null;
  /** Requests are answered in the order in which they came, but those that end others. */
  #turn: Promise<void> = Promise.resolve();

  /** @param folder the project, where launch and attach need not name it @param onEnd hears that the editor has gone */
  constructor(open: OpenEngine, folder: string | null, onEnd: () => void) {
    super();
    this.#onEnd = onEnd;
    const send = <E extends keyof Events>(event: E, body: Events[E]): void => this.sendEvent(new Event(event, body));
    const editor = { firstLine: 1, firstColumn: 1, hasProgress: false };
    this.#debug = {
      editor,
      open,
      folder,
      send,
      progress: createProgress(send, () => editor.hasProgress),
      opened: () => {
        if (this.#opened === null) throw new AoError('DEBUG_NOT_LAUNCHED');
        return this.#opened;
      },
      begin: (opened) => {
        this.#opened = opened;
      },
      end: () => this.end(),
      toEditor: (line) => line - 1 + editor.firstLine,
      fromEditor: (line) => line + 1 - editor.firstLine,
    };
    this.#requests = {
      ...startRequests(this.#debug),
      ...breakpointRequests(this.#debug),
      ...runRequests(this.#debug),
      ...lookRequests(this.#debug),
    };
    this.on('close', () => void this.end().finally(onEnd));
    // What cannot be read is no protocol: nothing more can be made of it.
    this.on('error', () => void this.end().finally(onEnd));
  }

  /** Lets the node go, and ends what is under way. */
  async end(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    for (const stop of this.#running.values()) stop.abort();
    if (opened === null) return;
    for (const { running } of await opened.threads.list().catch(() => [])) running?.abort();
    await opened.engine.close();
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    if (request.command === 'cancel') return this.#cancel(request);
    const stop = new AbortController();
    this.#running.set(request.seq, stop);
    this.#turn = this.#turn
      .then(() => this.#answer(request, stop.signal))
      .finally(() => {
        this.#running.delete(request.seq);
      });
  }

  #cancel(request: DebugProtocol.Request): void {
    const { requestId, progressId } = cancelled.parse(request.arguments ?? {});
    if (requestId !== undefined) this.#running.get(requestId)?.abort();
    if (progressId !== undefined) this.#debug.progress.cancel(progressId);
    this.sendResponse(new Response(request));
  }

  async #answer(request: DebugProtocol.Request, signal: AbortSignal): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    let reply: Reply = {};
    try {
      signal.throwIfAborted();
      const run = this.#requests[request.command];
      if (run === undefined) throw new AoError('COMMAND_UNKNOWN', { command: request.command });
      reply = await run(request.arguments, signal);
      if (reply.body !== undefined) response.body = reply.body;
    } catch (error) {
      response.success = false;
      const { code, message, cure } = toWireError(error);
      response.message = signal.aborted ? 'cancelled' : message;
      const isShown = request.command === 'launch' || request.command === 'attach';
      response.body = { error: { id: 1, format: `${message} ${cure}`, showUser: isShown, variables: { code } } };
    }
    this.sendResponse(response);
    // What follows takes as long as it does: meanwhile other requests are answered.
    void reply.after?.().catch((error: unknown) => {
      if (this.#opened !== null) this.#debug.send('output', { category: 'stderr', output: `${reasonOf(error)}\n` });
    });
    if (request.command === 'disconnect') this.#onEnd();
  }
}
