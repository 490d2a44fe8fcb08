import type { UnitConfig } from '../contract/commands.ts';
import type { UnitStatus } from '../contract/desktop.ts';
import type { Address } from '../contract/ids.ts';
import { UNITS, type UnitName } from '../contract/trace.ts';
import type { Hub } from './hub.ts';
import type { Starter } from './starter.ts';
import { createSupervisedUnit, type SupervisedUnit } from './supervised-unit.ts';
import { TIMINGS, type Timings } from './timings.ts';

export interface SupervisorOptions {
  readonly starter: Starter;
  readonly hub: Hub;
  /** Asked anew at every start of a unit. */
  readonly config: (unit: UnitName) => UnitConfig;
  /** Called on every change of any unit. */
  readonly onStatus: (units: readonly UnitStatus[]) => void;
  readonly timings?: Partial<Timings>;
  /** The units that there are; all four when absent. The others are down for good. */
  readonly units?: readonly UnitName[];
}

/** Keeps the four units running, and says so when it cannot. */
export interface Supervisor {
  /** Starts all four; resolves once each is up or has failed. Never rejects: failures stand in the status. */
  start(): Promise<void>;
  units(): readonly UnitStatus[];
  /** The address with which `unit` signs; null while it is not up. */
  address(unit: UnitName): Address | null;
  /** Starts one unit anew, also one that was given up. */
  restart(unit: UnitName): Promise<void>;
  /** The config changed (another project): ends all four and starts them with the new one. */
  reopen(): Promise<void>;
  /** Ends all four, asking first; resolves when every process is gone. */
  stop(): Promise<void>;
}

/** Makes the supervisor; nothing runs before `start`. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const timings: Timings = { ...TIMINGS, ...options.timings };
  const all = new Map<UnitName, SupervisedUnit>();
  const units = (): readonly UnitStatus[] => [...all.values()].map((one) => one.status());
  const wanted = options.units ?? UNITS;
  for (const unit of UNITS) if (!wanted.includes(unit)) options.hub.unitDown(unit);
  for (const unit of wanted) {
    const onChange = (): void => options.onStatus(units());
    all.set(
      unit,
      createSupervisedUnit({ unit, starter: options.starter, hub: options.hub, config: () => options.config(unit), timings, onChange }),
    );
  }

  let lastTickMs = Date.now();
  let ticking: ReturnType<typeof setInterval> | null = null;
  let stopListening: (() => void) | null = null;
  const tick = (): void => {
    const nowMs = Date.now();
    // When this process itself stood still (sleep of the machine), the units' silence means nothing.
    const isLate = nowMs - lastTickMs > timings.silentMs / 2;
    lastTickMs = nowMs;
    for (const one of all.values()) {
      if (isLate) one.beat(nowMs);
      else one.check(nowMs);
    }
  };
  const restartAll = async (): Promise<void> => {
    await Promise.all([...all.values()].map((one) => one.restart()));
  };

  return {
    async start() {
      stopListening ??= options.hub.on('beat', ({ unit, foreign }) => all.get(unit)?.beat(Date.now(), foreign));
      lastTickMs = Date.now();
      ticking ??= setInterval(tick, timings.beatMs);
      await restartAll();
    },
    units,
    address: (unit) => all.get(unit)?.address() ?? null,
    async restart(unit) {
      await all.get(unit)?.restart();
    },
    reopen: restartAll,
    async stop() {
      if (ticking !== null) clearInterval(ticking);
      ticking = null;
      stopListening?.();
      stopListening = null;
      await Promise.all([...all.values()].map((one) => one.stop()));
    },
  };
}
