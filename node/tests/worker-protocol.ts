import type { FileCoverage, TestEvent, TestWish } from '../contract/tests.ts';
import type { TrustSource } from '../workspace/trust.ts';

/** What a worker is told: one file, and how. */
export interface WorkerTask {
  readonly project: string;
  readonly file: string;
  readonly wish: Pick<TestWish, 'pattern' | 'only' | 'module'>;
  readonly assetsDir: string;
  readonly modulesDir: string;
  /** Whether programs of the project may be built by compilers of this computer. */
  readonly trust: TrustSource;
  /** Folder for the histories of failed tests; null keeps none. */
  readonly keepDir: string | null;
  readonly isListing: boolean;
  readonly isCovered: boolean;
  readonly version: string;
}

/** What it tells. `done` is the last. */
export type WorkerWord =
  { readonly kind: 'event'; readonly event: TestEvent } | { readonly kind: 'done'; readonly coverage: readonly FileCoverage[] };
