import { CONTRACT_VERSION } from '../../node/contract/envelope.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { EventName, Events } from '../../node/contract/events.ts';
import type { Port } from '../../node/contract/port.ts';
import { connect, type Client } from '../../node/contract/rpc.ts';

export type LinkState = 'open' | 'lost';

/** How the window reaches the node, whatever pipe carries it. Outlives the pipe: a new one may take its place. */
export interface Link {
  /** As {@link Client.ask}. Before the first pipe stands it waits; while the pipe is lost it throws PORT_CLOSED. */
  ask: Client['ask'];
  /** As {@link Client.on}; the listener stays over reconnections. */
  on: Client['on'];
  /** Called on every change, and at once with the present state when there is one. Returns the way to stop. */
  onState(listener: (state: LinkState) => void): () => void;
}

export interface LinkEnds {
  readonly link: Link;
  /** A pipe stands: questions go through it from now on. */
  attach(port: Port): void;
  /** Is told when the node speaks another version of the contract. */
  onMismatch(listener: (error: AoError) => void): void;
}

/** A link and the end by which its pipes are put in. */
export function createLink(): LinkEnds {
  const listeners = new Map<EventName, Set<(body: never, seq: number) => void>>();
  const states = new Set<(state: LinkState) => void>();
  const mismatches = new Set<(error: AoError) => void>();
  let current: Client | null = null;
  let state: LinkState | null = null;
  let opened: ((client: Client) => void)[] = [];

  const become = (next: LinkState): void => {
    state = next;
    for (const listener of states) listener(next);
  };

  const subscribe = (client: Client, name: EventName): void => {
    client.on(name, (body, seq) => {
      if (client !== current) return;
      for (const listener of listeners.get(name) ?? []) listener(body as never, seq);
    });
  };

  const attach = (port: Port): void => {
    const client = connect(port);
    current = client;
    for (const name of listeners.keys()) subscribe(client, name);
    port.onMessage((message) => {
      if (message.kind !== 'hello' || message.version === CONTRACT_VERSION) return;
      const error = new AoError('CONTRACT_MISMATCH', { theirs: CONTRACT_VERSION, ours: message.version });
      for (const listener of mismatches) listener(error);
    });
    port.onClose(() => {
      if (current !== client) return;
      current = null;
      become('lost');
    });
    const waiting = opened;
    opened = [];
    for (const go of waiting) go(client);
    become('open');
  };

  const link: Link = {
    ask(name, args, signal) {
      if (current !== null) return current.ask(name, args, signal);
      if (state === 'lost') return Promise.reject(new AoError('PORT_CLOSED'));
      return new Promise<Client>((resolve) => opened.push(resolve)).then((client) => client.ask(name, args, signal));
    },
    on<E extends EventName>(name: E, listener: (body: Events[E], seq: number) => void): () => void {
      let set = listeners.get(name);
      if (set === undefined) {
        set = new Set();
        listeners.set(name, set);
        if (current !== null) subscribe(current, name);
      }
      const own = set;
      own.add(listener as (body: never, seq: number) => void);
      return () => own.delete(listener as (body: never, seq: number) => void);
    },
    onState(listener) {
      states.add(listener);
      if (state !== null) listener(state);
      return () => states.delete(listener);
    },
  };
  return {
    link,
    attach,
    onMismatch: (listener) => {
      mismatches.add(listener);
    },
  };
}
