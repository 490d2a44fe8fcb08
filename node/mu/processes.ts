import { LRUCache } from 'lru-cache';
import type { Client } from '../contract/rpc.ts';

/** Tells processes from everything else that has an id. */
export interface Processes {
  isProcess(id: string): Promise<boolean>;
  /** Somebody has signed as this address. */
  hasSigned(address: string): void;
}

const KNOWN_MAX = 10_000;

/**
 * A process stays one for ever. What is none may become one, so the SU is asked each time, but for an address that has
 * signed: it is the hash of a key, and an id the hash of a signature.
 */
export function createProcesses(ask: Client['ask']): Processes {
  const known = new LRUCache<string, boolean>({ max: KNOWN_MAX });
  const signers = new LRUCache<string, true>({ max: KNOWN_MAX });
  return {
    async isProcess(id) {
      const before = known.get(id);
      if (before !== undefined) return before;
      const { isProcess } = await ask('su.isProcess', { id });
      if (isProcess || signers.has(id)) known.set(id, isProcess);
      return isProcess;
    },
    hasSigned: (address) => void signers.set(address, true),
  };
}
