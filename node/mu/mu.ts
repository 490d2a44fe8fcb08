import type { Commands } from '../contract/commands.ts';
import { AoError, ERRORS, reasonOf } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { Assignment, Item } from '../contract/item.ts';
import { sketchOf } from '../item/tags.ts';
import { createAdvance } from './advance.ts';
import { accept, open, type Accepted } from './intake.ts';
import { createMonitors } from './monitor.ts';
import { createPush, isStopping } from './push.ts';
import type { Owed } from './outbox.ts';
import { createQueue } from './queue.ts';
import type { MuPorts } from './ports.ts';
import { createProcesses } from './processes.ts';
import { createWaiting } from './waiting.ts';

/** The commands of the messenger unit, without its journal's, and its end. */
export interface Mu {
  readonly handlers: Omit<HandlersOf<'mu'>, 'mu.facts' | 'mu.takeTold'>;
  stop(): Promise<void>;
}

/** Messages whose results are still to be pushed: with more of them nothing is taken in from outside. */
const WAITING_MAX = 100_000;

/** The messenger unit: takes items in, and pushes what comes of them until every outbox is empty. */
export function createMu(ports: MuPorts): Mu {
  const processes = createProcesses(ports.ask);
  const queue = createQueue(
    (job) => push.job(job),
    (job, error) => {
      if (isStopping(error)) return;
      const { code, message } = new AoError('PUSH_WAITS', { message: job.message, reason: reasonOf(error) });
      ports.record({ kind: 'mu.rejected', id: job.message, sketch: null, code, message });
    },
  );
  const waiting = createWaiting(
    ports,
    (batch, turn) => push.turn(batch, turn),
    (job) => queue.add(job),
  );
  const push = createPush(ports, processes, (job) => queue.add(job), waiting.put);
  for (const job of ports.outbox.owed()) if (!job.isHeld) queue.add(job);
  const monitors = createMonitors(ports, ports.monitors, (tick) => push.cron(tick));

  const advance = createAdvance(ports, queue, monitors);

  const rejected = (error: unknown, item: Item | null): never => {
    if (error instanceof AoError) {
      ports.record({
        kind: 'mu.rejected',
        id: item?.id ?? null,
        sketch: item === null ? null : sketchOf(item),
        code: error.code,
        message: error.message,
      });
    }
    throw error;
  };

  const roomForMore = (): void => {
    if (queue.size() + waiting.size() >= WAITING_MAX) throw new AoError('TOO_MANY_PENDING', { limit: WAITING_MAX });
  };

  return {
    handlers: {
      async 'mu.send'({ item: raw }) {
        roomForMore();
        const item = await open(ports, Buffer.from(raw, 'base64url')).catch((error: unknown) => rejected(error, null));
        const accepted = await accept(ports, processes, item).catch((error: unknown) => rejected(error, item));
        return take(accepted, raw).catch((error: unknown) => rejected(error, item));
      },
      async 'mu.assign'(args) {
        roomForMore();
        const { process, message, baseLayer, exclude } = args;
        const wish = { baseLayer, exclude, request: ports.newRequest() };
        const owing = ports.outbox.accept({ process, message, journey: message, hops: 0, wish });
        return owe(await owing, () => ports.ask('su.assign', { process, message, ...wish }));
      },
      async 'mu.monitor'({ process, by = null }) {
        await monitors.start(process);
        ports.record({ kind: 'mu.monitored', process, by });
        return {};
      },
      async 'mu.unmonitor'({ process, by = null }) {
        monitors.end(process);
        ports.record({ kind: 'mu.unmonitored', process, by });
        return {};
      },
      'mu.monitors': async () => ({ processes: monitors.list() }),
      async 'mu.continue'({ journey, more = null }) {
        const limit = (ports.outbox.hopLimit(journey) ?? ports.limits.hops) + (more ?? ports.limits.hops);
        const released = ports.outbox.release(journey, limit);
        if (released.length === 0) throw new AoError('JOURNEY_NOT_HELD', { journey });
        ports.journeys.extend(journey, more);
        ports.record({ kind: 'mu.continued', journey, limit });
        for (const job of released) queue.add(job);
        return { limit };
      },
      async 'mu.end'({ journey }) {
        const freed = ports.outbox.end(journey);
        ports.record({ kind: 'mu.ended', journey });
        for (const job of freed) queue.add(job);
        waiting.release(journey);
        return {};
      },
      async 'mu.pause'() {
        if (ports.outbox.isPaused()) return {};
        await ports.outbox.setPaused(true);
        ports.record({ kind: 'mu.paused' });
        return {};
      },
      async 'mu.resume'() {
        if (!ports.outbox.isPaused()) return {};
        await ports.outbox.setPaused(false);
        ports.record({ kind: 'mu.resumed' });
        waiting.release(null);
        return {};
      },
      'mu.deliveries': async ({ limit }) => waiting.list(limit),
      'mu.deliver': async ({ id }) => ({ end: await waiting.deliver(id) }),
      'mu.advance': ({ by }) => advance.advance(by),
      async 'mu.push'({ process, message, index }) {
        await push.again(process, message, index);
        return {};
      },
      async 'mu.idle'() {
        await advance.settle();
        return {};
      },
    },
    async stop() {
      await Promise.all([queue.stop(), monitors.stop(), waiting.stop()]);
    },
  };

  /**
   * Writes down what is owed and hands the item to the SU. In this order, so that no kill leaves a message in the log
   * whose results nobody pushes; the syncing of both goes side by side, and both are on disk before the answer. A job
   * whose message the SU does not know is dropped at the next start.
   */
  async function take({ item, process }: Accepted, raw: string): Promise<Commands['mu.send']['reply']> {
    const receivedAtMs = ports.measuredNow();
    const owing = ports.outbox.accept({ process, message: item.id, journey: item.id, hops: 0 });
    const { slot } = await owe(await owing, () => ports.ask('su.schedule', { item: raw, messenger: ports.wallet.address }));
    ports.record({ kind: 'mu.received', id: item.id, sketch: sketchOf(item), journey: item.id }, receivedAtMs);
    return { id: item.id, process, slot };
  }

  /** Asks the SU for what a job stands for. @returns its answer, once that and the job are on disk. */
  async function owe({ job, synced }: Owed, ask: () => Promise<Assignment>): Promise<Assignment> {
    const [kept, given] = await Promise.allSettled([synced, ask()]);
    if (given.status === 'rejected') {
      const error: unknown = given.reason;
      // The SU may have it on disk although its answer was lost: the job stays, asks for it, and ends if it was not there.
      if (error instanceof AoError && ERRORS[error.code].fault === 'system') queue.add(job);
      else await ports.outbox.finish(job);
      throw error;
    }
    // It has its slot, so it is pushed; whether it would outlive a power loss is another matter, and not acknowledged.
    queue.add({ ...job, slot: given.value.slot });
    if (kept.status === 'rejected') throw kept.reason;
    return given.value;
  }
}
