import { LRUCache } from 'lru-cache';
import type { Client } from '../contract/rpc.ts';

/** Tells processes from everything else that has an id. */
export interface Processes {
  isProcess(id: string): Promise<boolean>;
}

const KNOWN_MAX = 10_000;

/** A process stays one for ever, so the SU is asked until it says yes. */
export function createProcesses(ask: Client['ask']): Processes {
  const known = new LRUCache<string, true>({ max: KNOWN_MAX });
  return {
    async isProcess(id) {
      if (known.has(id)) return true;
      const { isProcess } = await ask('su.isProcess', { id });
      if (isProcess) known.set(id, true);
      return isProcess;
    },
  };
}
