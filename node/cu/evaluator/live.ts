import { AoError } from '../../contract/errors.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { withinSize } from './outcome-size.ts';
import type { Evaluated, Keyframe, Rebuild, Step } from './protocol.ts';
import type { Evaluation, Instance, Machine, MemoryImage, ProcessEnv } from '../vm/machine.ts';
import { decodeImage, encodeImage, imageHash } from '../timeline/image.ts';

/** A keyframe is due once this much time was spent since the last one (design §4: 50–100 ms of execution). */
const KEYFRAME_MS = 75;
/** And at least so many times what the last one took: history costs at most this share of the time (design §5: 8 %). */
const KEYFRAME_SHARE = 1 / 0.08;
/** Cron messages in a row before an error among them goes back to a memory in between. */
const CRONS_MAX = 256;
/** Every so many keyframes one stands alone, so that a chain to rebuild stays short. */
const CHAIN_MAX = 16;
/** SQLite takes no blob of a billion bytes: what cannot be compressed below that is not kept. */
const KEYFRAME_MAX = 900_000_000;
/** What an instance takes besides its memory. */
const INSTANCE_BYTES = 2 * 1024 * 1024;

/** One process that runs: a hot instance, and what it takes to put its memory back after an error. */
export interface Live {
  evaluate(step: Step): Promise<Evaluated>;
  keyframe(): Keyframe | null;
  /** Hash of the memory now. */
  hash(): string;
  close(): void;
}

/**
 * Starts a process where `rebuild` left it. An evaluation that fails leaves no trace: memory is restored from the last
 * keyframe and the steps since are run again, then a keyframe is taken so that a storm of errors does not replay
 * over and over (design §4, "roll back on error"). Keyframes stand at slots: none is taken at a cron message.
 * @throws AoError REPLAY_DIFFERS, MODULE_BROKEN, KEYFRAME_DAMAGED.
 */
export async function startLive(machine: Machine, rebuild: Rebuild): Promise<Live> {
  const { module, env, limits } = rebuild;
  let instance = await machine.create(module, limits);
  let base = rebuiltImage(instance, rebuild);
  let chain = rebuild.keyframes.length === 0 ? CHAIN_MAX : rebuild.keyframes.length;
  /** What an error goes back to: the last keyframe, or the memory after a later cron message that failed. */
  let point = base;
  let since: Step[] = [];
  let spentMs = 0;
  let dueMs = KEYFRAME_MS;
  if (rebuild.keyframes.length > 0) instance.restore(base);
  for (const step of rebuild.steps) replay(instance, step, env);
  since.push(...rebuild.steps);

  const takeKeyframe = (slot: number): Keyframe | null => {
    const start = performance.now();
    const image = instance.image();
    const isFull = chain >= CHAIN_MAX;
    const blob = encodeImage(image, isFull ? null : base);
    // Without it there is more to replay, and nothing else: the next one goes on from the one before.
    const keyframe = blob.length > KEYFRAME_MAX ? null : { slot, isFull, hash: imageHash(image), blob };
    if (keyframe !== null) base = image;
    point = image;
    if (keyframe !== null) chain = isFull ? 1 : chain + 1;
    since = [];
    spentMs = 0;
    // One that stands alone takes far longer than the others and says nothing of them.
    if (!isFull) dueMs = Math.max(KEYFRAME_MS, (performance.now() - start) * KEYFRAME_SHARE);
    return keyframe;
  };
  const setPoint = (): void => {
    point = instance.image();
    since = [];
  };
  /** Memory that was zero at the last keyframe and lay within its bounds is taken as untouched still. */
  const heldBytes = (): number => {
    const images = point === base ? base.bytes.length : base.bytes.length + point.bytes.length;
    return INSTANCE_BYTES + images + base.bytes.length + Math.max(0, instance.memoryBytes() - base.byteLength);
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
      const start = performance.now();
      const { outcome, isStateKept, isBroken } = withinSize(await attempt(step), step.slot);
      const durationMs = performance.now() - start;
      if (!isStateKept) {
        await rollBack(isBroken);
        if (step.message.Cron) {
          setPoint();
          return told(outcome, durationMs, null);
        }
        return told(outcome, durationMs, takeKeyframe(step.slot));
      }
      since.push(step);
      spentMs += durationMs;
      if (step.message.Cron && since.length >= CRONS_MAX) setPoint();
      // Even: the collector's mark flips with every slot, so memories two apart differ far less than neighbours.
      const isDue = !step.message.Cron && spentMs >= dueMs && since.length % 2 === 0;
      return told(outcome, durationMs, isDue ? takeKeyframe(step.slot) : null);
    },
    keyframe() {
      const last = since.at(-1);
      return last === undefined || last.message.Cron ? null : takeKeyframe(last.slot);
    },
    hash: () => imageHash(instance.image()),
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
 * @param met is given each of them on the way
 * @throws AoError KEYFRAME_DAMAGED where it is not the one that was kept.
 */
export function rebuiltImage(
  fresh: Instance,
  { keyframes, hash, env, from }: Rebuild,
  met: (image: MemoryImage) => void = () => undefined,
): MemoryImage {
  if (keyframes.length === 0) return fresh.image();
  let image: MemoryImage | null = null;
  for (const one of chainImages(keyframes)) {
    image = one;
    met(one);
  }
  if (image === null || imageHash(image) !== hash) throw new AoError('KEYFRAME_DAMAGED', { process: env.Process.Id, slot: from });
  return image;
}

/** State hashes along a chain of keyframes; null from the first one on that cannot be read. */
export function chainHashes(keyframes: readonly Uint8Array[]): (string | null)[] {
  const hashes = Array.from(chainImages(keyframes), imageHash);
  return keyframes.map((_, index) => hashes[index] ?? null);
}

/** Ends at the first one that cannot be read. */
function* chainImages(keyframes: readonly Uint8Array[]): Generator<MemoryImage> {
  let image: MemoryImage | null = null;
  for (const blob of keyframes) {
    try {
      image = decodeImage(blob, image);
    } catch {
      // Whatever broken bytes are mistaken for.
      return;
    }
    yield image;
  }
}
