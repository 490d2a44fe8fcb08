import { LRUCache } from 'lru-cache';
import type { ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';

/** What entries weigh together at most; one of them besides its data. */
const KEPT_BYTES = 16 * 1024 * 1024;
const ENTRY_BYTES = 2_048;

/**
 * Entries that a client has just named by their message. Most stand in the very slot that is evaluated next, so that the
 * log need not be asked for them again. Each is used once: what is written down beside it later would be missed.
 */
export interface MetEntries {
  keep(entry: LogEntry): void;
  /** The entry, which is forgotten here; null where it has not been met. */
  take(process: ProcessId, slot: number): LogEntry | null;
  /** Something went wrong with the process: the SU says what stands in its log. */
  forget(process: ProcessId): void;
}

export function createMetEntries(): MetEntries {
  const met = new LRUCache<string, LogEntry>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ message }) => ENTRY_BYTES + (message?.dataBytes ?? 0),
  });
  const keyOf = (process: ProcessId, slot: number): string => `${process} ${slot}`;
  return {
    keep: (entry) => void met.set(keyOf(entry.assignment.process, entry.assignment.slot), entry),
    take(process, slot) {
      const key = keyOf(process, slot);
      const entry = met.get(key) ?? null;
      if (entry !== null) met.delete(key);
      return entry;
    },
    forget(process) {
      for (const key of met.keys()) if (key.startsWith(process)) met.delete(key);
    },
  };
}
