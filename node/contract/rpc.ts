import type { CommandName, Commands } from './commands.ts';
import { CONTRACT_VERSION, type Envelope } from './envelope.ts';
import { AoError, reasonOf, toWireError, type WireError } from './errors.ts';
import type { EventName, Events } from './events.ts';
import type { Handlers } from './handlers.ts';
import type { Port } from './port.ts';

/** An error that came back over a port, with everything the table said about it on the other side. */
export class RemoteError extends AoError {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.code, wire.details);
    this.name = 'RemoteError';
    this.wire = wire;
  }
}

/** The asking end of a port. */
export interface Client {
  /**
   * @throws RemoteError with the code of the other side; PORT_CLOSED when it is gone; TOO_MANY_PENDING over the limit;
   *   CANCELLED once `signal` aborts.
   */
  ask<N extends CommandName>(name: N, args: Commands[N]['args'], signal?: AbortSignal): Promise<Commands[N]['reply']>;
  /** Listens to announcements; returns the way to stop. */
  on<E extends EventName>(name: E, listener: (body: Events[E], seq: number) => void): () => void;
}

const PENDING_MAX = 10_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Opens the asking end of `port`: greets with the contract's version, and asks nothing of a side that speaks another. */
export function connect(port: Port): Client {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<EventName, Set<(body: never, seq: number) => void>>();
  let lastId = 0;
  let isClosed = false;
  let theirs: number = CONTRACT_VERSION;

  port.post({ kind: 'hello', version: CONTRACT_VERSION });
  port.onMessage((message) => {
    if (message.kind === 'hello') {
      theirs = message.version;
      if (theirs === CONTRACT_VERSION) return;
      for (const one of waiting.values()) one.reject(new AoError('CONTRACT_MISMATCH', { ours: theirs, theirs: CONTRACT_VERSION }));
      waiting.clear();
    } else if (message.kind === 'answer') {
      waiting.get(message.id)?.resolve(message.value);
      waiting.delete(message.id);
    } else if (message.kind === 'fail') {
      waiting.get(message.id)?.reject(new RemoteError(message.error));
      waiting.delete(message.id);
    } else if (message.kind === 'tell') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.body as never, message.seq);
    }
  });
  port.onClose(() => {
    isClosed = true;
    for (const one of waiting.values()) one.reject(new AoError('PORT_CLOSED'));
    waiting.clear();
  });

  return {
    ask(name, args, signal) {
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(new AoError('PORT_CLOSED'));
        if (theirs !== CONTRACT_VERSION) return reject(new AoError('CONTRACT_MISMATCH', { ours: theirs, theirs: CONTRACT_VERSION }));
        if (signal?.aborted) return reject(new AoError('CANCELLED'));
        if (waiting.size >= PENDING_MAX) return reject(new AoError('TOO_MANY_PENDING', { limit: PENDING_MAX }));
        const id = ++lastId;
        const cancel = (): void => {
          waiting.delete(id);
          port.post({ kind: 'cancel', id });
          reject(new AoError('CANCELLED'));
        };
        const settle = (): void => signal?.removeEventListener('abort', cancel);
        waiting.set(id, {
          resolve: (value) => {
            settle();
            resolve(value as Commands[typeof name]['reply']);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        });
        signal?.addEventListener('abort', cancel, { once: true });
        try {
          port.post({ kind: 'ask', id, name, args });
        } catch (error) {
          // Arguments that cannot cross a process: the question never left.
          waiting.get(id)?.reject(new AoError('UNEXPECTED', { reason: reasonOf(error) }));
          waiting.delete(id);
        }
      });
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      set.add(listener as (body: never, seq: number) => void);
      listeners.set(name, set);
      return () => set.delete(listener as (body: never, seq: number) => void);
    },
  };
}

export type Tell = <E extends EventName>(name: E, body: Events[E]) => void;

/** Numbers what this side announces, so that a listener sees a gap when one is lost. */
export function announcer(port: Port): Tell {
  let seq = 0;
  return (name, body) => port.post({ kind: 'tell', name, seq: ++seq, body });
}

/** Answers one question that came over a port; what it throws crosses as a coded error. */
export type Respond = (name: CommandName, args: unknown, signal: AbortSignal) => Promise<unknown>;

/**
 * Answers every question that comes over `port`, at most `limit` at once (TOO_MANY_PENDING beyond).
 * Ends every running one when the port closes.
 */
export function answer(port: Port, respond: Respond, limit: number = PENDING_MAX): void {
  const running = new Map<number, AbortController>();
  const fail = (id: number, error: unknown): void => port.post({ kind: 'fail', id, error: toWireError(error) });
  port.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });
  port.onMessage((message: Envelope) => {
    if (message.kind === 'cancel') return running.get(message.id)?.abort();
    if (message.kind !== 'ask') return;
    const { id, name, args } = message;
    if (running.size >= limit) return fail(id, new AoError('TOO_MANY_PENDING', { limit }));
    const controller = new AbortController();
    running.set(id, controller);
    // A responder that throws before its first await also lands in fail; a cancel may overtake the start.
    const started = Promise.resolve().then(() => {
      if (controller.signal.aborted) throw new AoError('CANCELLED');
      return respond(name, args, controller.signal);
    });
    // An answer that cannot cross a process makes post throw: that, too, is told to the asker.
    void started
      .then((value) => port.post({ kind: 'answer', id, value }))
      .catch((error: unknown) => fail(id, error))
      .finally(() => running.delete(id));
  });
}

/** Opens the answering end of `port`: greets with the contract's version, then answers `handlers`. */
export function serve<N extends CommandName>(port: Port, handlers: Handlers<N>): void {
  port.post({ kind: 'hello', version: CONTRACT_VERSION });
  answer(port, async (name, args, signal) => {
    if (!Object.hasOwn(handlers, name)) throw new AoError('COMMAND_UNKNOWN', { command: name });
    const handler = handlers[name as N] as (args: unknown, signal: AbortSignal) => Promise<unknown>;
    return handler(args, signal);
  });
}
