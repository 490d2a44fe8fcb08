import type { BranchRow, BranchRows, BranchStep } from '../../contract/branch.ts';
import type { ProcessId, Slot } from '../../contract/ids.ts';

/** What was run in a branch and what was left out, in the order in which it came. */
export interface Story {
  ran(process: ProcessId, step: BranchStep): void;
  leftOut(process: ProcessId, mainSlot: Slot): void;
  page(wish: StoryWish): BranchRows;
}

export interface StoryWish {
  readonly process: ProcessId | null;
  readonly isDifferent: boolean;
  readonly from: number;
  readonly limit: number;
}

/** A story in which nothing has happened. */
export function createStory(): Story {
  const rows: BranchRow[] = [];
  const missing = new Map<ProcessId, Set<Slot>>();
  /** The last wish and its rows: a table asks for page after page. */
  let kept: { readonly wish: string; readonly of: number; readonly rows: readonly BranchRow[] } | null = null;
  const wished = ({ process, isDifferent }: StoryWish): readonly BranchRow[] => {
    if (process === null && !isDifferent) return rows;
    const wish = JSON.stringify([process, isDifferent]);
    if (kept?.wish === wish && kept.of === rows.length) return kept.rows;
    const found = rows.filter((row) => (process === null || row.process === process) && (!isDifferent || isOther(row)));
    kept = { wish, of: rows.length, rows: found };
    return found;
  };
  return {
    ran: (process, { index, slot, mainSlot, origin, action, from, isAlike, error, messages, spawns }) =>
      void rows.push({ process, index, slot, mainSlot, origin, action, from, isAlike, error, sent: messages.length + spawns.length }),
    leftOut(process, mainSlot) {
      const known = missing.get(process) ?? new Set();
      missing.set(process, known);
      // Several of its causes may be gone: it is left out once.
      if (known.has(mainSlot)) return;
      known.add(mainSlot);
      const nothing = { index: null, slot: null, action: null, from: null, isAlike: null, error: null, sent: 0 };
      rows.push({ process, mainSlot, origin: 'left out', ...nothing });
    },
    page(wish) {
      const found = wished(wish);
      const first = found.findIndex(isOther);
      return { rows: found.slice(wish.from, wish.from + wish.limit), total: found.length, firstDifferent: first < 0 ? null : first };
    },
  };
}

/** Others could notice it: it went otherwise, came only here, or did not come. */
function isOther({ isAlike, origin }: BranchRow): boolean {
  return isAlike === false || (isAlike === null && origin !== 'cron');
}
