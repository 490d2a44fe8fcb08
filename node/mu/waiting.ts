import type { Deliveries, Delivery } from '../contract/delivery.ts';
import { AoError } from '../contract/errors.ts';
import type { ItemId } from '../contract/ids.ts';
import type { Batch } from './batch.ts';
import type { Job } from './outbox.ts';
import type { MuPorts } from './ports.ts';
import type { DeliveryEnd } from './push.ts';

/** A delivery with its turn in its batch. */
export type WaitingTurn = readonly [turn: number, delivery: Delivery];

/** What waits while the node is paused. All of it stands on disk as jobs: it is found again at the next start. */
export interface Waiting {
  /** Keeps what is left of a batch until the node goes on, or a person chooses it. */
  put(batch: Batch, turns: readonly WaitingTurn[]): Promise<void>;
  size(): number;
  list(limit: number): Deliveries;
  /** Delivers one of them; the oldest for null. @throws AoError DELIVERY_UNKNOWN, NOTHING_WAITS. */
  deliver(id: string | null): Promise<DeliveryEnd>;
  /** Lets everything go on, or what belongs to one journey. */
  release(journey: ItemId | null): void;
  /** Waits for what is being delivered. */
  stop(): Promise<void>;
}

interface Parked {
  readonly batch: Batch;
  readonly turns: Map<number, Delivery>;
  /** One delivery of a batch at a time: its cursor is one line on disk. */
  turn: Promise<unknown>;
}

/** @param deliver one turn of a batch; @param enqueue takes a job that goes on. */
export function createWaiting(
  ports: Pick<MuPorts, 'outbox' | 'record'>,
  deliver: (batch: Batch, turn: number) => Promise<DeliveryEnd>,
  enqueue: (job: Job) => void,
): Waiting {
  const parked = new Map<number, Parked>();

  const inOrder = (): Parked[] => [...parked.values()].toSorted((a, b) => a.batch.job.seq - b.batch.job.seq);
  const find = (id: string | null): readonly [Parked, number, Delivery] => {
    for (const one of inOrder()) {
      for (const [turn, delivery] of one.turns) if (id === null || delivery.id === id) return [one, turn, delivery];
    }
    throw id === null ? new AoError('NOTHING_WAITS') : new AoError('DELIVERY_UNKNOWN', { id });
  };
  const sizeOf = (): number => [...parked.values()].reduce((sum, { turns }) => sum + turns.size, 0);

  return {
    async put(batch, turns) {
      const { job } = batch;
      // It may have gone on, or the journey ended, while this was being written.
      if (!ports.outbox.isPaused() || ports.outbox.isEnded(job.journey)) return enqueue(batch.rest());
      parked.set(job.seq, { batch, turns: new Map(turns), turn: Promise.resolve() });
      if (job.isTold) return;
      for (const [, delivery] of turns) ports.record({ kind: 'mu.waiting', delivery });
      await ports.outbox.told(job);
    },
    size: sizeOf,
    list(limit) {
      const deliveries: Delivery[] = [];
      for (const { turns } of inOrder()) {
        if (deliveries.length >= limit) break;
        deliveries.push(...turns.values());
      }
      return { isPaused: ports.outbox.isPaused(), total: sizeOf(), deliveries: deliveries.slice(0, limit) };
    },
    async deliver(id) {
      const [mine, turn, delivery] = find(id);
      const { batch } = mine;
      mine.turns.delete(turn);
      const going = mine.turn.then(() => deliver(batch, turn));
      mine.turn = going.catch(() => undefined);
      const end = await going.catch((error: unknown) => {
        mine.turns.set(turn, delivery);
        throw error;
      });
      if (parked.get(batch.job.seq) !== mine) return end;
      if (end === 'held') parked.delete(batch.job.seq);
      else if (batch.isDone()) {
        parked.delete(batch.job.seq);
        await ports.outbox.finish(batch.job);
      }
      return end;
    },
    release(journey) {
      for (const { batch, turn } of inOrder()) {
        if (journey !== null && batch.job.journey !== journey) continue;
        parked.delete(batch.job.seq);
        void turn.then(() => enqueue(batch.rest()));
      }
    },
    async stop() {
      await Promise.all([...parked.values()].map(({ turn }) => turn));
    },
  };
}
