import type { Address } from '../contract/ids.ts';
import { textOf, type Database } from '../store/database.ts';
import type { TagCondition, TransactionQuery } from './query.ts';

export const SCHEDULER_TABLE = 'CREATE TABLE local_scheduler (address TEXT NOT NULL);';

/**
 * Which addresses this node's scheduler stands in for when clients look for one. Clients ask for the newest
 * Scheduler-Location that the owner named in a process has signed (protocol §6.3); the aos terminal and aoconnect name
 * the scheduler of legacynet. Only that question is answered with ours, whose owner the answer shows.
 */
export interface SchedulerStandIn {
  /** Keeps which scheduler is this node's own. */
  remember(address: Address): void;
  /** The question with our scheduler in the place of those it stands in for; any other question as it is. */
  inPlace(query: TransactionQuery): TransactionQuery;
}

/** @param schedulers addresses that ours stands in for: the network profile's. */
export function createSchedulerStandIn(database: Database, schedulers: readonly string[]): SchedulerStandIn {
  return {
    remember(address) {
      database.run('DELETE FROM local_scheduler');
      database.run('INSERT INTO local_scheduler (address) VALUES (?)', address);
    },
    inPlace(query) {
      if (!query.owners.some((owner) => schedulers.includes(owner)) || !query.tags.some(asksForLocation)) return query;
      const row = database.get('SELECT address FROM local_scheduler');
      if (row === undefined) return query;
      const own = textOf(row, 'address');
      return { ...query, owners: query.owners.map((owner) => (schedulers.includes(owner) ? own : owner)) };
    },
  };
}

function asksForLocation({ name, values, isNot, isWildcard }: TagCondition): boolean {
  return name === 'Type' && values.length === 1 && values[0] === 'Scheduler-Location' && !isNot && !isWildcard;
}
