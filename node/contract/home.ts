import type { ErrorCode } from './errors.ts';
import type { ProcessId } from './ids.ts';

/**
 * How a process of a network stands that is brought home.
 * `fetching`: more of its log comes in; `waiting`: the network was lost, and is tried again by itself; `following`: all is here, and new
 * slots are asked for; `whole`: all that the network had is here; `stopped`: a person, or what is wrong with the next slot, has ended it.
 */
export type HomeDoes = 'fetching' | 'waiting' | 'following' | 'whole' | 'stopped';

/** A process of a network that comes home into the open project, slot by slot. */
export interface HomeState {
  readonly process: ProcessId;
  /** As it calls itself; '' where it does not. */
  readonly name: string;
  /** The name of the network that it lives on. */
  readonly network: string;
  /** Slots that are here, from the first on; each with its signatures and the hash chain checked. */
  readonly here: number;
  /** Slots that the network had when it was asked last. */
  readonly of: number;
  readonly does: HomeDoes;
  /** Is its head to be followed once all is here? */
  readonly isFollowed: boolean;
  /** Why nothing more comes at the moment; null where nothing is wrong. */
  readonly trouble: { readonly code: ErrorCode; readonly message: string; readonly cure: string } | null;
  /** The recording that was written of it; null before all was here for the first time. */
  readonly file: string | null;
}
