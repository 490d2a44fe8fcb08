import { LRUCache } from 'lru-cache';
import { AoError } from '../../contract/errors.ts';
import type { StateDiff, StateFound, StatePage, StatePath } from '../../contract/state.ts';
import { compareStates, rememberState, type RememberedState } from '../state-diff.ts';
import { memoryOf } from '../timeline/changed.ts';
import { imageHash } from '../timeline/state-hash.ts';
import { ROOM_MAX, TurningRooms } from '../timeline/rooms.ts';
import { OWN_ROOM } from '../vm/pages.ts';
import type { ImageRoom, Instance, Machine, MemoryImage, MessageInput } from '../vm/machine.ts';
import { scanSteps } from './scan.ts';
import { createInsideView, type InsideView } from './inside.ts';
import { rebuiltImage, replay } from './live.ts';
import { withinSize } from './outcome-size.ts';
import { createWindow } from './window.ts';
import type { DryRun, Flat, KeptPlace, Rebuild, Scanned, ScanQuery, ScanStep, Step } from './protocol.ts';

/** Of a longer replay only the last slots are kept: the ones a person steps to next. */
const WINDOW_SLOTS = 48;
/** Of those not more than one for so much time that it takes to run from one to the next: a step back is as quick. */
const WINDOW_GAP_MS = 3;
/** And keeping them takes at most so much of the time that the slots take. */
const KEEPING_SHARE = 0.1;
/** Of the keyframes on the way to one that is sought itself so many-th is kept: whoever searches from keyframe to keyframe finds the next one near. */
const MET_KEPT = 2;
/** Lines of one state that are compared with another. */
const COMPARED_LINES = 500_000;
/** Lines of all states kept to compare. */
const REMEMBERED_LINES = 1_200_000;

/** Spare copies of processes at any slot: to be looked at, never to run for real. */
export interface Viewer {
  /** Slots up to `slot` whose memory is kept, ascending. */
  kept(process: string, slot: number): readonly number[];
  seek(process: string, slot: number, rebuild: Rebuild | null, steps: readonly Step[]): Promise<void>;
  children(process: string, slot: number, path: StatePath, offset: number, limit: number): StatePage | null;
  flatten(process: string, slot: number, limit: number): Flat;
  find(process: string, slot: number, path: StatePath, text: string, limit: number): StateFound | null;
  /** Keeps the whole state after `slot`, to compare it. */
  remember(process: string, slot: number): void;
  /** Null when one of the two is not kept. */
  diff(from: KeptPlace, to: KeptPlace, offset: number, limit: number): StateDiff | null;
  hash(process: string, slot: number): string;
  image(process: string, slot: number): MemoryImage;
  dryRun(process: string, slot: number, message: MessageInput): DryRun;
  readonly inside: InsideView;
  scan(process: string, slot: number, steps: readonly ScanStep[], query: ScanQuery): Scanned;
}

interface Spare {
  readonly instance: Instance;
  readonly rebuild: Rebuild;
  /** The slot whose state stands in the instance untouched; null otherwise. */
  stands: number | null;
  /** The slot whose state was read there, where nothing else has been done since: that may have taken memory. Null otherwise. */
  read: number | null;
}

/** An empty viewer over machines found by format. @param windowBytes of memories kept for stepping: slots weigh very differently (design §4). */
export function createViewer(machineFor: (format: string) => Machine, windowBytes: number): Viewer {
  const spares = new LRUCache<string, Spare>({ max: 8, dispose: (spare) => spare.instance.close() });
  const window = createWindow(windowBytes);
  const rooms = new TurningRooms();
  const key = (process: string, slot: number): string => `${process} ${slot}`;
  const remembered = new LRUCache<string, RememberedState>({
    maxSize: REMEMBERED_LINES,
    sizeCalculation: ({ lines }) => lines.size + 1,
  });

  const gone = (process: string): AoError => new AoError('EVALUATOR_DIED', { process, reason: 'the spare copy is gone' });
  /** @param room where it is; it holds until the next memory is written there. */
  const existing = (process: string, slot: number, room: ImageRoom = rooms): MemoryImage => {
    const image = window.get(process, slot, room);
    if (image === null) throw gone(process);
    return image;
  };
  const spareAt = (process: string, slot: number): Spare => {
    const spare = spares.get(process);
    if (spare === undefined) throw gone(process);
    if (spare.stands !== slot) spare.instance.restore(existing(process, slot));
    [spare.stands, spare.read] = [null, null];
    return spare;
  };
  /** For reading alone: what was sorted and counted for the page before serves this one. */
  const readAt = (process: string, slot: number): Instance => {
    const kept = spares.get(process);
    if (kept?.read === slot) return kept.instance;
    const spare = spareAt(process, slot);
    spare.read = slot;
    return spare.instance;
  };
  const keepAt = (process: string, slot: number): void => {
    const spare = spares.get(process);
    if (spare !== undefined) window.keep(process, slot, memoryOf(spare.instance), true, spare.rebuild.after);
  };
  /** The end of the chain of keyframes, which is kept. @param isSought nobody goes on from there: some of those on the way to it are kept too */
  const chainEnd = (process: string, { instance }: Spare, rebuild: Rebuild, isSought: boolean): MemoryImage => {
    const { slots = [], after = null } = rebuild;
    const met: number[] = [];
    try {
      const first = after === null ? null : existing(after.process, after.slot);
      // It is written over, and nothing so large is ever there twice.
      if (after !== null && first !== null && rebuild.keyframes.length > 0 && first.bytes.length > ROOM_MAX)
        window.drop(after.process, after.slot);
      return rebuiltImage(instance, rebuild, { rooms, first }, (image, place) => {
        const slot = slots[place];
        if (slot === undefined || slot === null || window.has(process, slot)) return;
        if (!(isSought && place % MET_KEPT === 0) && slot !== rebuild.from) return;
        window.keep(process, slot, image, isSought && slot === rebuild.from, after);
        met.push(slot);
      });
    } catch (error) {
      for (const slot of met) window.drop(process, slot);
      throw error;
    }
  };

  return {
    inside: createInsideView((process, slot) => {
      const { instance, rebuild } = spareAt(process, slot);
      return { instance, env: rebuild.env };
    }),
    scan(process, slot, steps, query) {
      const { instance, rebuild } = spareAt(process, slot);
      const scanned = scanSteps(instance, rebuild.env, process, steps, query);
      const last = steps.at(-1);
      // The next part can go on from here.
      if (!scanned.isTouched && last !== undefined && !last.message.Cron) keepAt(process, last.slot);
      return scanned;
    },
    kept: (process, slot) => (spares.has(process) ? window.slots(process).filter((one) => one <= slot) : []),
    async seek(process, slot, rebuild, steps) {
      let spare = spares.get(process);
      if (rebuild !== null) {
        const instance = spare?.instance ?? (await machineFor(rebuild.module.format).create(rebuild.module, rebuild.limits));
        spare ??= { instance, rebuild, stands: null, read: null };
        spares.set(process, spare);
        const isFresh = rebuild.from < 0 && (rebuild.after ?? null) === null;
        instance.restore(isFresh ? await freshImage(machineFor, rebuild) : chainEnd(process, spare, rebuild, steps.length === 0));
      } else if (spare !== undefined) {
        const from = window.slots(process).findLast((one) => one <= slot);
        if (from !== undefined) spareAt(process, from);
      }
      if (spare === undefined) throw gone(process);
      [spare.stands, spare.read] = [null, null];
      const { instance } = spare;
      const { after = null } = spare.rebuild;
      let keptMs = performance.now();
      let gapMs = WINDOW_GAP_MS;
      const keep = (at: number): void => {
        const startMs = performance.now();
        window.keep(process, at, memoryOf(instance), at === slot, after);
        keptMs = performance.now();
        gapMs = Math.max(WINDOW_GAP_MS, (keptMs - startMs) / KEEPING_SHARE);
      };
      for (const [index, step] of steps.entries()) {
        replay(instance, step, spare.rebuild.env);
        // Behind the place that is sought are the cron messages of a slot whose own message has not come.
        const isSlotOver = steps[index + 1]?.slot !== step.slot && step.slot <= slot;
        if (!isSlotOver || steps.length - index > WINDOW_SLOTS) continue;
        if (step.slot === slot || performance.now() - keptMs >= gapMs) keep(step.slot);
      }
      if (steps.at(-1)?.slot !== slot && !(steps.length === 0 && window.has(process, slot))) keep(slot);
      spare.stands = slot;
    },
    children: (process, slot, path, offset, limit) => readAt(process, slot).children(path, offset, limit),
    flatten: (process, slot, limit) => readAt(process, slot).flatten(limit),
    find: (process, slot, path, text, limit) => readAt(process, slot).find(path, text, limit),
    remember(process, slot) {
      const at = key(process, slot);
      if (!remembered.has(at)) remembered.set(at, rememberState(readAt(process, slot).flatten(COMPARED_LINES)));
    },
    diff(from, to, offset, limit) {
      const [before, after] = [remembered.get(key(from.process, from.slot)), remembered.get(key(to.process, to.slot))];
      return before === undefined || after === undefined ? null : compareStates(before, after, offset, limit);
    },
    hash: (process, slot) => imageHash(existing(process, slot)),
    image: (process, slot) => existing(process, slot, OWN_ROOM),
    dryRun(process, slot, message) {
      const { instance, rebuild } = spareAt(process, slot);
      const startedMs = performance.now();
      const { outcome, isBroken } = withinSize(instance.evaluate(message, rebuild.env, rebuild.limits), slot);
      const cost = { memoryBytes: instance.memoryBytes(), durationMs: performance.now() - startedMs };
      if (isBroken) spares.delete(process);
      return { outcome, ...cost };
    },
  };
}

async function freshImage(machineFor: (format: string) => Machine, rebuild: Rebuild): Promise<MemoryImage> {
  const fresh = await machineFor(rebuild.module.format).create(rebuild.module, rebuild.limits);
  const image = fresh.image();
  fresh.close();
  return image;
}
