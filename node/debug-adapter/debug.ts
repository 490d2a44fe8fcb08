import type { DebugProtocol } from '@vscode/debugprotocol';
import type { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import type { Breakpoints } from './breakpoints.ts';
import type { Engine, OpenEngine } from './engine.ts';
import type { Evaluations } from './evaluation.ts';
import type { Progress } from './progress.ts';
import type { Run } from './run.ts';
import type { Sources } from './sources.ts';
import type { Stacks } from './stack.ts';
import type { Threads } from './threads.ts';
import type { Values } from './values.ts';

/** What the editor said of itself. */
export interface Editor {
  /** 0 or 1: the number of the first line, as it counts. */
  firstLine: number;
  firstColumn: number;
  hasProgress: boolean;
}

/** All that a session has once a project is open. */
export interface Opened {
  readonly engine: Engine;
  readonly evaluations: Evaluations;
  readonly sources: Sources;
  readonly values: Values;
  readonly threads: Threads;
  readonly breakpoints: Breakpoints;
  readonly stacks: Stacks;
  readonly run: Run;
}

/** One session: what its requests share. */
export interface Debug {
  readonly editor: Editor;
  readonly open: OpenEngine;
  /** The folder that the command line names; null where a launch must. */
  readonly folder: string | null;
  readonly progress: Progress;
  /** @throws AoError where nothing was launched yet. */
  opened(): Opened;
  begin(opened: Opened): void;
  /** Ends the session; its node is let go. */
  end(): Promise<void>;
  send<E extends keyof Events>(event: E, body: Events[E]): void;
  /** A line of the node as the editor counts it, and back. */
  toEditor(line: number): number;
  fromEditor(line: number): number;
}

/** The events that this adapter sends. */
export interface Events {
  readonly initialized: undefined;
  readonly stopped: DebugProtocol.StoppedEvent['body'];
  readonly continued: DebugProtocol.ContinuedEvent['body'];
  readonly terminated: undefined;
  readonly thread: DebugProtocol.ThreadEvent['body'];
  readonly output: DebugProtocol.OutputEvent['body'];
  readonly breakpoint: DebugProtocol.BreakpointEvent['body'];
  readonly loadedSource: DebugProtocol.LoadedSourceEvent['body'];
  readonly progressStart: DebugProtocol.ProgressStartEvent['body'];
  readonly progressUpdate: DebugProtocol.ProgressUpdateEvent['body'];
  readonly progressEnd: DebugProtocol.ProgressEndEvent['body'];
}

/** What a request is answered with; `after` is done once the answer is out. */
export interface Reply {
  readonly body?: object;
  readonly after?: () => Promise<void>;
}

/** A request that this adapter answers. */
export type Request = (args: unknown, signal: AbortSignal) => Promise<Reply>;
export type Requests = Readonly<Record<string, Request>>;

/** A request whose arguments are read by `schema`. */
export function request<S extends z.ZodType>(schema: S, run: (args: z.output<S>, signal: AbortSignal) => Promise<Reply> | Reply): Request {
  return async (raw, signal) => {
    const parsed = schema.safeParse(raw ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new AoError('DEBUG_ARGUMENTS', { reason: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() });
    }
    return run(parsed.data, signal);
  };
}
