import type { CommandName } from './commands.ts';
import type { WireError } from './errors.ts';
import type { EventName } from './events.ts';

/** Raised when a message's shape changes; the first message on a port carries it. */
export const CONTRACT_VERSION = 1;

/** Everything that travels over a port. Values survive structured clone and JSON alike. */
export type Envelope =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'ask'; readonly id: number; readonly name: CommandName; readonly args: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fail'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'tell'; readonly name: EventName; readonly seq: number; readonly body: unknown };
