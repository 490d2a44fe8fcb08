import type { CommandName, Commands, CommandsOf, Owner } from './commands.ts';

/** How one command is answered. `signal` aborts when the asker no longer wants the answer. */
export type Handler<N extends CommandName> = (args: Commands[N]['args'], signal: AbortSignal) => Promise<Commands[N]['reply']>;

/** What an owner must offer. A missing or misspelt handler does not compile. */
export type Handlers<N extends CommandName> = { readonly [K in N]: Handler<K> };

/** Every command that `O` owns. */
export type HandlersOf<O extends Owner> = Handlers<CommandsOf<O>>;
