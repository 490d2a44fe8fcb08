import type { ProcessId } from '../contract/ids.ts';

/** Memory of processes that stay loaded though nobody asks for them; over it the one used longest ago goes first. */
const IDLE_BYTES = 384 * 1024 * 1024;
/** Processes that are in use may take more: each going to disk and back for every message would be far slower. */
const BUSY_BYTES_MAX = 640 * 1024 * 1024;
const BUSY_SHARE = 1 / 16;
/** A process is idle when nobody has asked for it for so long. */
const IDLE_MS = 60_000;
/** Processes that are known at once, whatever they hold: one that nobody asks for any more is found again in the log. */
const PROCESSES_MAX = 2_000;

export interface HotPorts {
  /** Puts its memory on disk. It may be asked for again meanwhile. */
  park(process: ProcessId): void;
  /** Measuring time, milliseconds. */
  nowMs(): number;
  /** Memory of this machine. */
  readonly machineBytes: number;
}

/** Which processes are loaded, and who has to give way. */
export interface Hot {
  /** The process was asked for: it is the last to give way. */
  use(process: ProcessId): void;
  /** What it takes in memory now, as far as that can be told. */
  held(process: ProcessId, bytes: number): void;
  forget(process: ProcessId): void;
  close(): void;
}

/** Nothing is parked before somebody asks for a process. */
export function createHot({ park, nowMs, machineBytes }: HotPorts): Hot {
  const busyBytes = Math.max(IDLE_BYTES, Math.min(BUSY_BYTES_MAX, machineBytes * BUSY_SHARE));
  /** Used longest ago first. */
  const hot = new Map<ProcessId, { readonly bytes: number; readonly usedMs: number }>();
  let total = 0;
  let sweep: ReturnType<typeof setTimeout> | null = null;

  const set = (process: ProcessId, bytes: number): void => {
    forget(process);
    hot.set(process, { bytes, usedMs: nowMs() });
    total += bytes;
    makeRoom();
    sweepLater();
  };
  const forget = (process: ProcessId): void => {
    total -= hot.get(process)?.bytes ?? 0;
    hot.delete(process);
  };
  const makeRoom = (): void => {
    for (const [coldest, { usedMs }] of hot) {
      const isIdle = nowMs() - usedMs >= IDLE_MS;
      // One that alone takes more than all may is loaded for each of its messages otherwise.
      if (!isIdle && hot.size === 1) break;
      if (total <= (isIdle ? IDLE_BYTES : busyBytes) && hot.size <= PROCESSES_MAX) break;
      forget(coldest);
      park(coldest);
    }
  };
  const sweepLater = (): void => {
    if (sweep !== null || total <= IDLE_BYTES) return;
    sweep = setTimeout(() => {
      sweep = null;
      makeRoom();
      sweepLater();
    }, IDLE_MS);
    sweep.unref();
  };
  return {
    use: (process) => set(process, hot.get(process)?.bytes ?? 0),
    held(process, bytes) {
      // One that was let go while it ran counts again with its next use.
      if (hot.has(process)) set(process, bytes);
    },
    forget,
    close() {
      if (sweep !== null) clearTimeout(sweep);
      sweep = null;
      hot.clear();
      total = 0;
    },
  };
}
