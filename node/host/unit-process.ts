import type { CommandName } from '../contract/commands.ts';
import { CONTRACT_VERSION } from '../contract/envelope.ts';
import { AoError } from '../contract/errors.ts';
import { argsOf } from '../contract/parse.ts';
import type { Port } from '../contract/port.ts';
import { announcer, answer, connect } from '../contract/rpc.ts';
import type { UnitName } from '../contract/trace.ts';
import type { OpenedUnit, OpenUnit } from '../contract/unit.ts';
import { settledWithin, TIMINGS } from './timings.ts';

/** A unit that answers on its port, open or not. */
export interface ServedUnit {
  /** Closes what was opened; resolves once, however often it is called. */
  close(): Promise<void>;
}

/**
 * Serves a unit on `port`: `unit.open` opens it, `unit.close` closes it, and between the two it answers its own
 * commands (UNIT_DOWN before and after). Beats from the start, so that a long opening does not look like a hang.
 */
export function serveUnit<U extends UnitName>(unit: U, port: Port, open: OpenUnit<U>): ServedUnit {
  const tell = announcer(port);
  const client = connect(port);
  let opening: Promise<OpenedUnit<U>> | null = null;
  let opened: OpenedUnit<U> | null = null;
  let closing: Promise<void> | null = null;
  const beating = setInterval(() => tell('beat', { unit }), TIMINGS.beatMs);

  const close = async (): Promise<void> => {
    // What is half open is opened first, then closed: nothing is left half done.
    const last = await opening?.catch(() => null);
    opened = null;
    clearInterval(beating);
    await last?.close();
  };

  answer(port, async (name, args, signal) => {
    if (name === 'unit.open') {
      if (closing !== null) throw new AoError('UNIT_DOWN', { unit });
      opening ??= open(argsOf(name, args), { ask: client.ask, tell });
      const now = await opening;
      if (closing === null) opened = now;
      return now.opened;
    }
    if (name === 'unit.close') {
      closing ??= close();
      await closing;
      return {};
    }
    if (opened === null) throw new AoError('UNIT_DOWN', { unit });
    return respondWith(opened, name, args, signal);
  });

  port.post({ kind: 'hello', version: CONTRACT_VERSION });
  return {
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function respondWith<U extends UnitName>(
  opened: OpenedUnit<U>,
  name: CommandName,
  args: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  if (!Object.hasOwn(opened.handlers, name)) throw new AoError('COMMAND_UNKNOWN', { command: name });
  const respond = opened.handlers[name as keyof typeof opened.handlers] as (args: unknown, signal: AbortSignal) => Promise<unknown>;
  return respond(args, signal);
}

/** How long a unit that has lost its parent may take to close its files. */
const ORPHAN_CLOSE_MS = 2000;
/** How long the answer to `unit.close` may take to leave. */
const LAST_WORD_MS = 50;

/**
 * Runs a unit as the only thing in this process, until it is closed or its parent is gone; then the process ends.
 * Nothing outlives the parent: its end closes the port.
 */
export function runUnit<U extends UnitName>(unit: U, port: Port, open: OpenUnit<U>): void {
  const served = serveUnit(unit, port, open);
  // Ctrl-C in a terminal reaches the whole group; the parent decides, in order, and its end is seen on the port.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  port.onClose(() => {
    void settledWithin(served.close(), ORPHAN_CLOSE_MS).then(() => process.exit(0));
  });
  port.onMessage((message) => {
    if (message.kind === 'ask' && message.name === 'unit.close')
      void served.close().then(() => setTimeout(() => process.exit(0), LAST_WORD_MS));
  });
}
