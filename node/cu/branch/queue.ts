/** What is to come, in the order of time; what is added last of one time comes last. */
export interface Queue<T extends { readonly timeMs: number }> {
  add(one: T): void;
  /** The first one, which is out then; null when there is none. */
  take(): T | null;
  /** When the first one is due; null when there is none. */
  firstMs(): number | null;
  /** Puts the one that was taken last back to the front. */
  putBack(one: T): void;
  size(): number;
}

/** So many that were taken are let go of at once: shifting a long list for each would take longer than they do. */
const TAKEN_MAX = 4_096;

/** An empty queue. */
export function createQueue<T extends { readonly timeMs: number }>(): Queue<T> {
  let list: T[] = [];
  let head = 0;
  return {
    add(one) {
      let at = list.length;
      while (at > head && (list[at - 1]?.timeMs ?? 0) > one.timeMs) at--;
      list.splice(at, 0, one);
    },
    take() {
      const first = list[head] ?? null;
      if (first === null) return null;
      head++;
      if (head >= TAKEN_MAX) {
        list = list.slice(head);
        head = 0;
      }
      return first;
    },
    firstMs: () => list[head]?.timeMs ?? null,
    putBack: (one) => void list.splice(head, 0, one),
    size: () => list.length - head,
  };
}
