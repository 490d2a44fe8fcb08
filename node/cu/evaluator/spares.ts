import type { Instance, Machine, MachineLimits, MemoryImage, ModuleSource } from '../vm/machine.ts';

/** Nobody has asked the thread for anything for so long: what it does now keeps nobody waiting. */
const IDLE_MS = 10;
/** Larger ones are not made ahead: one would stay for as long as nobody needs it. */
const SPARE_BYTES_MAX = 16 * 1024 * 1024;

/** What an instance is made from. */
export interface Made {
  readonly machine: Machine;
  readonly module: ModuleSource;
  readonly limits: MachineLimits;
}

/** An instance made ahead, for the next process that is brought back from a keyframe. */
export interface Spares {
  /** @returns one that is made from just that; null where there is none. Whatever its memory holds is written over by `restore`. */
  take(from: Made): Instance | null;
  /** Makes one once the thread has nothing to do. @param image a memory such as the next one may have */
  soon(from: Made, image: MemoryImage): void;
}

/**
 * One instance at most, of the module whose process was let go last: most processes of a node run the same one. It is
 * new, so it knows nothing of any process but the memory that it was given, and a process brought back in it gets all
 * of its own. What it spares is the making, and that the system hands out its memory page by page.
 */
export function createSpares(): Spares {
  let spare: { readonly from: Made; readonly instance: Instance } | null = null;
  let timer: NodeJS.Timeout | undefined;
  const make = async (from: Made, image: MemoryImage): Promise<void> => {
    const instance = await from.machine.create(from.module, from.limits);
    instance.restore(image);
    spare?.instance.close();
    spare = { from, instance };
  };
  return {
    take(from) {
      if (spare === null || !isSame(spare.from, from)) return null;
      const { instance } = spare;
      spare = null;
      return instance;
    },
    soon(from, image) {
      if (image.bytes.length > SPARE_BYTES_MAX || (spare !== null && isSame(spare.from, from))) return;
      clearTimeout(timer);
      // What goes wrong is said where an instance is needed: it is made again there.
      timer = setTimeout(() => void make(from, image).catch(() => undefined), IDLE_MS);
      timer.unref();
    },
  };
}

function isSame(one: Made, { machine, module, limits }: Made): boolean {
  const { bytes, format } = one.module;
  const isOfModule = one.machine === machine && format === module.format && bytes === module.bytes;
  return isOfModule && one.limits.gas === limits.gas && one.limits.memoryBytes === limits.memoryBytes;
}
