import { AoError } from '../../contract/errors.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { busyNowMs } from './busy.ts';
import { KeyframeDue } from './keyframe-due.ts';
import { withinSize } from './outcome-size.ts';
import type { Evaluated, Keyframe, Rebuild, Step } from './protocol.ts';
import type { Evaluation, Instance, Machine, MemoryImage, ProcessEnv } from '../vm/machine.ts';
import { restedSoFarMs } from '../vm/pace.ts';
import { memoryOf, type AnyMemory, type Changed } from '../timeline/changed.ts';
import { FollowedMemory } from '../timeline/followed.ts';
import { decodeImage, encodeImage, type Decoded } from '../timeline/image.ts';
import { imageHash, pageHashes } from '../timeline/state-hash.ts';
import { KeptRoom, TurningRooms } from '../timeline/rooms.ts';

/** Cron messages in a row before an error among them goes back to a memory in between. */
const CRONS_MAX = 256;
/** Every so many keyframes one stands alone, so that a chain to rebuild stays short. */
const CHAIN_MAX = 32;
/** Or once the differences since the last one that does are so many times what that one is. */
const CHAIN_SHARE = 3;
/** SQLite takes no blob of a billion bytes: what cannot be compressed below that is not kept. */
const KEYFRAME_MAX = 900_000_000;
/** What an instance takes besides its memory. */
const INSTANCE_BYTES = 1024 * 1024;

/** Room for the next memory of whichever process of a thread has got other pages at a keyframe: it keeps it, and leaves the room of its last one. */
export interface SharedRoom {
  room: KeptRoom;
}

/** One process that runs: a hot instance, and what it takes to put its memory back after an error. */
export interface Live {
  evaluate(step: Step): Promise<Evaluated>;
  keyframe(): Keyframe | null;
  /** The memory that an error goes back to. */
  point(): MemoryImage;
  /** Hash of the memory now. */
  hash(): string;
  close(): void;
}

/** How a process is started. */
export interface LiveOptions {
  /** An instance to use, where keyframes say what its memory is. */
  readonly spare: Instance | null;
  /** False where nobody keeps its keyframes: then it makes none. */
  readonly isKept: boolean;
  /** Bytes of the largest keyframe that is kept. */
  readonly keyframeMax?: number;
}

/**
 * Starts a process where `rebuild` left it. An evaluation that fails leaves no trace: memory is restored from the last
 * keyframe and the steps since are run again, then a keyframe is taken so that a storm of errors does not replay
 * over and over (design §4, "roll back on error"). Keyframes stand at slots: none is taken at a cron message.
 * @throws AoError REPLAY_DIFFERS, MODULE_BROKEN, KEYFRAME_DAMAGED.
 */
export async function startLive(
  machine: Machine,
  rebuild: Rebuild,
  shared: SharedRoom = { room: new KeptRoom() },
  { spare, isKept, keyframeMax = KEYFRAME_MAX }: LiveOptions = { spare: null, isKept: true },
): Promise<Live> {
  const { module, env, limits } = rebuild;
  let instance = spare ?? (await machine.create(module, limits));
  /** The memory at the last keyframe; of a process that keeps none, at the last point. */
  const base = new FollowedMemory(rebuiltImage(instance, rebuild));
  let baseRoom = new KeptRoom();
  let chain = rebuild.keyframes.length === 0 ? CHAIN_MAX : rebuild.keyframes.length;
  /** Of the keyframe that the chain begins with, and of those behind it. */
  let fullBytes = rebuild.keyframes[0]?.length ?? 0;
  let chainBytes = rebuild.keyframes.slice(1).reduce((sum, { length }) => sum + length, 0);
  /** How many share what one that stands alone takes. */
  let sharers = CHAIN_MAX;
  /** What an error goes back to: the last keyframe, or the memory after a later cron message that failed. */
  let point = base.image;
  let since: Step[] = [];
  const due = new KeyframeDue();
  if (rebuild.keyframes.length > 0) instance.restore(base.image);
  for (const step of rebuild.steps) replay(instance, step, env);
  since.push(...rebuild.steps);

  const follow = (memory: AnyMemory, changed: Changed): void => {
    if (base.follow(memory, changed, shared.room)) [baseRoom, shared.room] = [shared.room, baseRoom];
    point = base.image;
    since = [];
  };
  const takeKeyframe = (slot: number): Keyframe | null => {
    if (!isKept) return passPoint();
    const startMs = busyNowMs();
    const memory = memoryOf(instance);
    const isFull = chain >= CHAIN_MAX || chainBytes > fullBytes * CHAIN_SHARE;
    const changed = base.changes(memory);
    const blob = encodeImage(memory, isFull ? null : base.image, changed);
    // Without it there is more to replay, and nothing else: the next one goes on from the one before.
    if (blob.length > keyframeMax) {
      setPoint();
      due.passed(startMs);
      return null;
    }
    follow(memory, changed);
    const keyframe = { slot, isFull, hash: base.hash(), blob };
    if (isFull) [sharers, chain, fullBytes, chainBytes] = [chain, 1, blob.length, 0];
    else [chain, chainBytes] = [chain + 1, chainBytes + blob.length];
    due.took(startMs, isFull, sharers);
    return keyframe;
  };
  /** An error goes back to here. */
  const passPoint = (): null => {
    const startMs = busyNowMs();
    const memory = memoryOf(instance);
    follow(memory, base.changes(memory));
    due.passed(startMs);
    return null;
  };
  const setPoint = (): void => {
    point = instance.image();
    since = [];
  };
  /** Where the machine does not know better, memory that was zero at the last keyframe and lay within its bounds is taken as untouched still. */
  const heldBytes = (): number => {
    const { bytes, byteLength } = base.image;
    const images = point === base.image ? bytes.length : bytes.length + point.bytes.length;
    const touched = instance.touchedBytes?.() ?? bytes.length + Math.max(0, instance.memoryBytes() - byteLength);
    return INSTANCE_BYTES + images + touched;
  };
  const told = (outcome: Outcome, durationMs: number, keyframe: Keyframe | null): Evaluated => ({
    outcome,
    durationMs,
    memoryBytes: instance.memoryBytes(),
    heldBytes: heldBytes(),
    keyframe,
  });
  const rollBack = async (isBroken: boolean): Promise<void> => {
    if (isBroken) {
      instance.close();
      instance = await machine.create(module, limits);
    }
    instance.restore(point);
    for (const step of since) replay(instance, step, env);
  };

  /** An evaluation that waits for a file leaves no trace either; it is asked for again. */
  const attempt = async (step: Step): Promise<Evaluation> => {
    try {
      return instance.evaluate(step.message, env, step.limits);
    } catch (error) {
      await rollBack(false);
      throw error;
    }
  };

  return {
    async evaluate(step) {
      const start = performance.now() - restedSoFarMs();
      const { outcome, isStateKept, isBroken } = withinSize(await attempt(step), step.slot);
      const durationMs = performance.now() - restedSoFarMs() - start;
      if (!isStateKept) {
        await rollBack(isBroken);
        if (step.message.Cron) {
          setPoint();
          return told(outcome, durationMs, null);
        }
        return told(outcome, durationMs, takeKeyframe(step.slot));
      }
      since.push(step);
      due.spend(durationMs);
      if (step.message.Cron && since.length >= CRONS_MAX) setPoint();
      // Even: the collector's mark flips with every slot, so memories two apart differ far less than neighbours.
      const isDue = !step.message.Cron && since.length % 2 === 0 && due.isDue;
      return told(outcome, durationMs, isDue ? takeKeyframe(step.slot) : null);
    },
    keyframe() {
      const last = since.at(-1);
      return last === undefined || last.message.Cron ? null : takeKeyframe(last.slot);
    },
    point: () => point,
    hash() {
      if (isKept) return imageHash(memoryOf(instance));
      passPoint();
      return base.hash();
    },
    close: () => instance.close(),
  };
}

/**
 * Runs a slot again that went well before.
 * @throws AoError REPLAY_DIFFERS when it does not now: its memory would be anything, and nothing may go on from there.
 */
export function replay(instance: Instance, step: Step, env: ProcessEnv): void {
  const { isStateKept } = instance.evaluate(step.message, env, step.limits);
  if (!isStateKept) throw new AoError('REPLAY_DIFFERS', { slot: step.slot, process: env.Process.Id });
}

/**
 * The image at the end of a chain of keyframes; that of the fresh instance when there is none.
 * @param rooms where it is made; `first` stands there, and the first keyframe is the difference to it; null where that one is full
 * @param met is given each of them on the way, before the next is written over it
 * @throws AoError KEYFRAME_DAMAGED where it is not the one that was kept.
 */
export function rebuiltImage(
  fresh: Instance,
  { keyframes, hash, env, from }: Rebuild,
  { rooms, first }: { readonly rooms: TurningRooms; readonly first: MemoryImage | null } = { rooms: new TurningRooms(), first: null },
  met: (image: MemoryImage, place: number) => void = () => undefined,
): MemoryImage {
  if (keyframes.length === 0) return first ?? fresh.image();
  let image = first;
  let place = 0;
  for (const decoded of chainImages(keyframes, rooms, first)) {
    image = decoded.image;
    met(image, place++);
  }
  if (image === null || imageHash(image) !== hash) throw new AoError('KEYFRAME_DAMAGED', { process: env.Process.Id, slot: from });
  return image;
}

/** State hashes along a chain of keyframes; null from the first one on that cannot be read. */
export function chainHashes(keyframes: readonly Uint8Array[]): (string | null)[] {
  let pages: Uint8Array | null = null;
  const hashes = Array.from(chainImages(keyframes, new TurningRooms(), null), ({ image, changed }) => {
    pages = pageHashes(image, changed === null || pages === null ? null : { changed, hashes: pages });
    return imageHash(image, pages);
  });
  return keyframes.map((_, index) => hashes[index] ?? null);
}

/** Ends at the first one that cannot be read. Each holds until the next is asked for. */
function* chainImages(keyframes: readonly Uint8Array[], rooms: TurningRooms, first: MemoryImage | null): Generator<Decoded> {
  let image = first;
  for (const blob of keyframes) {
    let decoded: Decoded;
    try {
      decoded = decodeImage(blob, image, rooms);
    } catch {
      // Whatever broken bytes are mistaken for.
      return;
    }
    image = decoded.image;
    yield decoded;
  }
}
