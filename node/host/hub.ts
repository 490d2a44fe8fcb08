import { COMMANDS, type CommandName, type Commands } from '../contract/commands.ts';
import { CONTRACT_VERSION } from '../contract/envelope.ts';
import { AoError } from '../contract/errors.ts';
import type { EventName, Events } from '../contract/events.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { parseWindowAsk } from '../contract/parse.ts';
import type { Port } from '../contract/port.ts';
import { announcer, answer, type Client, type Tell } from '../contract/rpc.ts';
import { UNITS, type UnitName } from '../contract/trace.ts';
import { createUnitLine, type UnitLine } from './unit-line.ts';

/** Questions one window may have open at once. */
const WINDOW_PENDING_MAX = 1000;
/** How long a question waits for a unit that is starting: on a busy machine that alone takes many seconds. */
const STARTING_WAIT_MS = 30_000;

export interface HubOptions {
  /** The answers to every command the shell owns, asked for at each question; null where no shell is. */
  readonly shell: (() => HandlersOf<'shell'>) | null;
  readonly startingWaitMs?: number;
}

/** Where every question and announcement passes: between the units, the windows and the shell. */
export interface Hub {
  /**
   * Takes a freshly started unit's port and returns the asking end for `unit.open` and `unit.close`.
   * Questions of others wait until {@link Hub.unitUp}.
   */
  attachUnit(unit: UnitName, port: Port): Pick<Client, 'ask'>;
  /** The unit answers: waiting questions go out. */
  unitUp(unit: UnitName): void;
  /** The unit is being started (again): questions wait for it, for a bounded time. */
  unitStarting(unit: UnitName): void;
  /** The unit will not come back by itself: questions fail with UNIT_DOWN at once. */
  unitDown(unit: UnitName): void;
  /** Opens a window's end; returns the way to close it. */
  attachWindow(port: Port): () => void;
  /** Announces to one window alone, by the port that it was attached with. */
  tellWindow<N extends EventName>(port: Port, name: N, body: Events[N]): void;
  /** Announces to every window, and to those who listen here. */
  readonly tell: Tell;
  /** Asks as the host itself. Commands of the shell are answered too; `unit.*` are not, they have no one address. */
  readonly ask: Client['ask'];
  /** Hears what units and the host announce: all that windows hear, and the beats. */
  readonly on: Client['on'];
  /** Closes every window's port and forgets the units. */
  close(): void;
}

/** Makes the hub of one host. Nothing is asked of anyone before a port is attached. */
export function createHub(options: HubOptions): Hub {
  const waitMs = options.startingWaitMs ?? STARTING_WAIT_MS;
  const lines = new Map<UnitName, UnitLine>(UNITS.map((unit) => [unit, createUnitLine(unit, waitMs)]));
  const windows = new Map<Port, Tell>();
  const listeners = new Map<EventName, Set<(body: never, seq: number) => void>>();
  let seq = 0;

  const line = (unit: UnitName): UnitLine => {
    const found = lines.get(unit);
    if (found === undefined) throw new AoError('UNIT_DOWN', { unit });
    return found;
  };

  /** The one place that decides who answers what. */
  const route = async (name: CommandName, args: unknown, signal: AbortSignal | undefined, mayAskShell: boolean): Promise<unknown> => {
    const owner = COMMANDS[name].owner;
    if (owner === 'unit' || (owner === 'shell' && !mayAskShell)) throw new AoError('COMMAND_REFUSED', { command: name });
    if (owner !== 'shell') return line(owner).ask(name, args, signal);
    if (options.shell === null) throw new AoError('COMMAND_UNKNOWN', { command: name });
    const respond = options.shell()[name as keyof HandlersOf<'shell'>] as (args: unknown, signal: AbortSignal) => Promise<unknown>;
    return respond(args, signal ?? new AbortController().signal);
  };

  const tell: Tell = (name, body) => {
    seq += 1;
    // A beat is between a unit and whoever watches over it.
    if (name !== 'beat') for (const tellWindow of windows.values()) tellWindow(name, body);
    for (const listener of listeners.get(name) ?? []) listener(body as never, seq);
  };

  return {
    tell,
    attachUnit(unit, port) {
      answer(port, (name, args, signal) => route(name, args, signal, false));
      port.onMessage((message) => {
        // Only what a unit may say: its own beat and its facts, in the order in which they came.
        if (message.kind === 'tell' && (message.name === 'facts' || message.name === 'beat'))
          tell(message.name, message.body as Events[typeof message.name]);
      });
      return line(unit).attach(port);
    },
    unitUp: (unit) => line(unit).up(),
    unitStarting: (unit) => line(unit).starting(),
    unitDown: (unit) => line(unit).down(),
    attachWindow(port) {
      const tellWindow = announcer(port);
      let version: number | null = null;
      const detach = (): void => {
        windows.delete(port);
      };
      port.post({ kind: 'hello', version: CONTRACT_VERSION });
      port.onMessage((message) => {
        if (message.kind === 'hello') version = message.version;
      });
      port.onClose(detach);
      const respond = async (name: CommandName, args: unknown, signal: AbortSignal): Promise<unknown> => {
        if (version !== CONTRACT_VERSION) throw new AoError('CONTRACT_MISMATCH', { ours: CONTRACT_VERSION, theirs: version ?? 'none' });
        const parsed = parseWindowAsk(name, args);
        return route(parsed.name, parsed.args, signal, true);
      };
      answer(port, respond, WINDOW_PENDING_MAX);
      windows.set(port, tellWindow);
      return () => {
        detach();
        port.close();
      };
    },
    tellWindow: (port, name, body) => windows.get(port)?.(name, body),
    ask: async (name, args, signal) => (await route(name, args, signal, true)) as Commands[typeof name]['reply'],
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      set.add(listener as (body: never, seq: number) => void);
      listeners.set(name, set);
      return () => set.delete(listener as (body: never, seq: number) => void);
    },
    close() {
      for (const port of [...windows.keys()]) port.close();
      windows.clear();
      for (const one of lines.values()) one.down();
    },
  };
}
