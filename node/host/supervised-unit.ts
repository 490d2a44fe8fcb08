import type { UnitConfig } from '../contract/commands.ts';
import type { ForeignUnit, UnitStatus } from '../contract/desktop.ts';
import { AoError, toWireError, type ErrorCode, type ErrorDetails } from '../contract/errors.ts';
import type { Address } from '../contract/ids.ts';
import { RemoteError, type Client } from '../contract/rpc.ts';
import type { UnitName } from '../contract/trace.ts';
import { exitReason, lastWords } from './exit-reason.ts';
import type { Hub } from './hub.ts';
import type { StartedUnit, Starter, UnitExit } from './starter.ts';
import { settledWithin, type Timings } from './timings.ts';

export interface SupervisedUnitOptions {
  readonly unit: UnitName;
  readonly starter: Starter;
  readonly hub: Hub;
  readonly config: () => UnitConfig;
  readonly timings: Timings;
  readonly onChange: () => void;
}

/** One unit over all its processes: at most one of them is open at a time. */
export interface SupervisedUnit {
  status(): UnitStatus;
  /** The address with which it signs, while it is up. */
  address(): Address | null;
  /** Starts it, or ends it and starts it anew; resolves once it is up or has failed. Never rejects. */
  restart(): Promise<void>;
  /** Ends it for good; resolves when its process is gone. */
  stop(): Promise<void>;
  /** A sign of life came; a unit that is elsewhere also told how it is reached. */
  beat(nowMs: number, foreign?: ForeignUnit): void;
  /** Ends a process that has been silent for too long; what then happens is a crash like any other. */
  check(nowMs: number): void;
}

/** One process of the unit. */
interface Run {
  readonly started: StartedUnit;
  readonly client: Pick<Client, 'ask'>;
  readonly exited: Promise<UnitExit>;
  /** Null until it has opened: until then the time for that counts, and loading a program leaves none for signs of life. */
  lastBeatMs: number | null;
  /** Why it is being killed; null while nobody kills it. */
  killReason: string | null;
}

/** Watches over one unit. Nothing is started before `restart`. */
export function createSupervisedUnit(options: SupervisedUnitOptions): SupervisedUnit {
  const { unit, hub, timings } = options;
  let status: UnitStatus = { unit, state: 'starting', url: null, restarts: 0, pid: null, error: null };
  let address: Address | null = null;
  let run: Run | null = null;
  let crashesMs: number[] = [];
  let retry: ReturnType<typeof setTimeout> | null = null;
  let isStopping = false;
  let turn: Promise<unknown> = Promise.resolve();

  const set = (change: Partial<UnitStatus>): void => {
    status = { ...status, ...change };
    options.onChange();
  };
  const wire = (code: ErrorCode, details: ErrorDetails): UnitStatus['error'] => toWireError(new AoError(code, details));

  const giveUp = (error: UnitStatus['error']): void => {
    hub.unitDown(unit);
    set({ state: 'down', url: null, pid: null, error });
  };

  /** The process is gone although nobody asked it to. */
  const crashed = (mine: Run, exit: UnitExit): void => {
    if (run !== mine) return;
    run = null;
    address = null;
    const tail = mine.started.stderrTail();
    const reason = mine.killReason ?? exitReason(exit, tail);
    const nowMs = Date.now();
    crashesMs = [...crashesMs.filter((one) => nowMs - one < timings.restartsWithinMs), nowMs];
    const details = { unit, reason, stderr: tail.slice(-2000) };
    if (crashesMs.length > timings.restartsMax) return giveUp(wire('UNIT_GAVE_UP', { ...details, times: crashesMs.length }));
    hub.unitStarting(unit);
    set({ state: 'restarting', url: null, pid: null, restarts: status.restarts + 1, error: wire('UNIT_ENDED', details) });
    startLater(timings.backoffMs[Math.min(crashesMs.length, timings.backoffMs.length) - 1] ?? 0);
  };
  const startLater = (waitMs: number): void => {
    retry = setTimeout(() => {
      if (!isStopping) void launch(options.starter.start(unit));
    }, waitMs);
  };

  const launch = async (started: StartedUnit): Promise<void> => {
    const client = hub.attachUnit(unit, started.port);
    const exited = new Promise<UnitExit>((resolve) => started.onExit(resolve));
    const mine: Run = { started, client, exited, lastBeatMs: null, killReason: null };
    run = mine;
    void exited.then((exit) => crashed(mine, exit));
    // A process that has let go of its port but lives on can only be ended.
    started.port.onClose(() => void settledWithin(exited, timings.closeMs).then((isGone) => isGone || started.kill()));
    set({ pid: started.pid() });
    try {
      const late = setTimeout(() => kill(mine, `it did not open within ${timings.openMs / 1000} s`), timings.openMs);
      const opened = await client.ask('unit.open', options.config()).finally(() => clearTimeout(late));
      if (run !== mine) return;
      mine.lastBeatMs = Date.now();
      address = opened.address;
      hub.unitUp(unit);
      // Why it had ended stays to be read; why it could not begin is over.
      set({ state: 'up', url: opened.url, pid: started.pid(), ...(status.state === 'down' ? { error: null } : {}) });
    } catch (error) {
      // A coded refusal is shown as it is and not tried again, but for a disk that may have room later; everything else
      // ends in its exit.
      if (run !== mine || !(error instanceof RemoteError)) return;
      run = null;
      started.kill();
      giveUp(error.wire);
      if (error.code === 'DISK_FULL') startLater(timings.roomMs);
    }
  };

  const kill = (mine: Run, reason: string): void => {
    if (run !== mine || mine.killReason !== null) return;
    const words = lastWords(mine.started.stderrTail());
    mine.killReason = words === '' ? reason : `${reason}; it said last: ${words}`;
    mine.started.kill();
  };

  /** Ends the process that runs now, as wanted; resolves when it is gone. */
  const end = async (): Promise<void> => {
    if (retry !== null) clearTimeout(retry);
    retry = null;
    const mine = run;
    if (mine === null) return;
    run = null;
    address = null;
    const deadlineMs = Date.now() + timings.closeMs;
    await settledWithin(mine.client.ask('unit.close', {}), timings.closeMs);
    mine.started.port.close();
    const isGone = await settledWithin(mine.exited, Math.max(200, deadlineMs - Date.now()));
    if (!isGone) mine.started.kill();
    await settledWithin(mine.exited, timings.closeMs);
  };

  /** One change after the other: two callers never end the same process twice or start two. */
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const next = turn.then(job);
    turn = next.catch(() => undefined);
    return next;
  };

  return {
    status: () => status,
    address: () => address,
    async restart() {
      const next = await inTurn(async () => {
        if (isStopping) return null;
        crashesMs = [];
        hub.unitStarting(unit);
        // It may run here this time.
        const { foreign: _former, ...here } = status;
        status = here;
        set({ state: status.restarts === 0 && run === null ? 'starting' : 'restarting', url: null, error: null });
        // The new process loads its program while the old one closes its files.
        const started = options.starter.start(unit);
        await end();
        if (isStopping) started.kill();
        return isStopping ? null : { done: launch(started) };
      });
      await next?.done;
    },
    async stop() {
      isStopping = true;
      await inTurn(end);
      giveUp(null);
    },
    beat(nowMs, foreign) {
      if (run === null) return;
      if (run.lastBeatMs !== null) run.lastBeatMs = nowMs;
      if (foreign === undefined) return;
      address = foreign.address;
      set({ foreign });
    },
    check(nowMs) {
      const lastMs = run?.lastBeatMs ?? null;
      if (run !== null && lastMs !== null && nowMs - lastMs > timings.silentMs)
        kill(run, `it gave no sign of life for ${timings.silentMs / 1000} s`);
    },
  };
}
