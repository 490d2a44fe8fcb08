import { PAGE } from '../timeline/difference.ts';
import { ROOM_MAX } from '../timeline/rooms.ts';
import { PageStore, type StoredImage } from '../timeline/page-store.ts';
import type { KeptPlace } from './protocol.ts';
import type { AnyMemory } from '../timeline/changed.ts';
import { copied } from '../vm/pages.ts';
import type { ImageRoom, MemoryImage } from '../vm/machine.ts';

/** Memories of processes at some of their slots, kept as long as there is room: for stepping. */
export interface Window {
  /**
   * @param isSought the one that somebody looks at now: it stays until the next one is, however large it is.
   * @param like a memory with which this one shares its pages where none of its own process is kept yet.
   */
  keep(process: string, slot: number, memory: AnyMemory, isSought: boolean, like?: KeptPlace | null): void;
  drop(process: string, slot: number): void;
  has(process: string, slot: number): boolean;
  /** @param room for its pages. */
  get(process: string, slot: number, room: ImageRoom): MemoryImage | null;
  /** Slots of a process that are kept, ascending. */
  slots(process: string): readonly number[];
  /** What all that is kept takes, in bytes; pages in common count once. */
  usedBytes(): number;
}

interface Kept {
  readonly process: string;
  readonly slot: number;
  readonly stored: StoredImage;
}

/** @param bytesMax of what is kept besides what is sought: slots weigh very differently (design §4). */
export function createWindow(bytesMax: number): Window {
  const store = new PageStore();
  /** By process and slot; the ones that were used last at the end. */
  const kept = new Map<string, Kept>();
  const slotsOf = new Map<string, number[]>();
  /** Larger than the whole window: kept as it came, as nothing could be shared with it for long. */
  let large: { readonly key: string; readonly image: MemoryImage } | null = null;
  let sought: string | null = null;
  const keyOf = (process: string, slot: number): string => `${process} ${slot}`;

  const letGo = (key: string, { process, slot, stored }: Kept): void => {
    store.drop(stored);
    kept.delete(key);
    const others = (slotsOf.get(process) ?? []).filter((one) => one !== slot);
    if (others.length === 0) slotsOf.delete(process);
    else slotsOf.set(process, others);
  };
  const makeRoom = (): void => {
    if (store.usedBytes <= bytesMax) return;
    for (const [key, one] of kept) {
      if (key === sought) continue;
      letGo(key, one);
      if (store.usedBytes <= bytesMax) return;
    }
  };
  /** The kept one nearest to a slot: most of its pages will be the same. */
  const likely = (process: string, slot: number): StoredImage | null => {
    const slots = slotsOf.get(process) ?? [];
    const near = slots.findLast((one) => one <= slot) ?? slots[0];
    return near === undefined ? null : (kept.get(keyOf(process, near))?.stored ?? null);
  };

  return {
    keep(process, slot, memory, isSought, like = null) {
      const key = keyOf(process, slot);
      if (isSought) [sought, large] = [key, null];
      const bytes = memory.pages.length * PAGE;
      if (bytes > bytesMax && bytes > ROOM_MAX) {
        if (isSought) large = { key, image: 'bytes' in memory ? memory : copied(memory) };
        return;
      }
      const before = kept.get(key);
      const shared = before?.stored ?? likely(process, slot) ?? (like === null ? null : likely(like.process, like.slot));
      const stored = store.put(memory, shared);
      if (before !== undefined) letGo(key, before);
      kept.set(key, { process, slot, stored });
      slotsOf.set(
        process,
        [...(slotsOf.get(process) ?? []), slot].sort((a, b) => a - b),
      );
      makeRoom();
    },
    drop(process, slot) {
      const one = kept.get(keyOf(process, slot));
      if (one !== undefined) letGo(keyOf(process, slot), one);
      if (large?.key === keyOf(process, slot)) large = null;
    },
    has: (process, slot) => kept.has(keyOf(process, slot)) || large?.key === keyOf(process, slot),
    get(process, slot, room) {
      const key = keyOf(process, slot);
      if (large?.key === key) return large.image;
      const one = kept.get(key);
      if (one === undefined) return null;
      kept.delete(key);
      kept.set(key, one);
      return store.get(one.stored, room);
    },
    slots(process) {
      const slots = slotsOf.get(process) ?? [];
      const only = large?.key.startsWith(`${process} `) === true ? [Number(large.key.slice(process.length + 1))] : [];
      return [...slots, ...only].sort((a, b) => a - b);
    },
    usedBytes: () => store.usedBytes + (large?.image.bytes.length ?? 0),
  };
}
