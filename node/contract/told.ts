import type { Slot, ProcessId } from './ids.ts';
import type { FactBody } from './trace.ts';

/** Facts of the messenger that a recording takes along as they are: they follow from no log. */
export const MESSENGER_TOLD = [
  'mu.received',
  'mu.rejected',
  'mu.pushed',
  'mu.assigned',
  'mu.dropped',
  'mu.retried',
  'mu.pulled',
  'mu.monitored',
  'mu.unmonitored',
  'mu.held',
  'mu.continued',
  'mu.ended',
] as const;
type FactOf<K extends FactBody['kind']> = Extract<FactBody, { readonly kind: K }>;

interface Measured {
  /** When it happened where the recording was made: measuring time, Unix ms. */
  readonly atMs: number;
}

/** What the messenger of a recording told. */
export type MuTold = FactOf<(typeof MESSENGER_TOLD)[number]> & Measured;

/** What its scheduler told, and when it gave a slot: the rest of that stands in the log. */
export type SuTold =
  | (FactOf<'su.rejected' | 'su.stored' | 'su.unstored'> & Measured)
  | (Pick<FactOf<'su.assigned'>, 'kind' | 'process' | 'slot' | 'program'> & Measured);

/** When its compute unit ran a slot, or the cron message `tick` before it, and how long: what came of it comes back from the log. */
export interface CuTold extends Measured {
  readonly kind: 'cu.evaluated';
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly tick: number | null;
  readonly durationMs: number;
}

/** A fact of the run that was recorded. */
export type ToldFact = MuTold | SuTold | CuTold;
