import { nameOf } from './lookup.ts';
import type { Scene } from './scene.ts';
import type { World } from './world.ts';

/** The person's own wallets. */
export interface OwnWallets {
  /** The one that is the person; null where there is none yet. */
  readonly development: string | null;
  /** What the others are called, by address. */
  readonly names: ReadonlyMap<string, string>;
  /** What the person calls addresses of others, or of processes. */
  readonly book: ReadonlyMap<string, string>;
}

/** An address, or a wallet, and its name. */
interface Named {
  readonly name: string;
  readonly address: string;
}

export const NO_WALLETS: OwnWallets = { development: null, names: new Map(), book: new Map() };

/** The development wallet is the person; others go by the names that they were given. */
export function ownWallets(development: string | null, named: readonly Named[], book: readonly Named[] = []): OwnWallets {
  return { development, names: byAddress(named), book: byAddress(book) };
}

function byAddress(named: readonly Named[]): ReadonlyMap<string, string> {
  return new Map(named.map(({ name, address }) => [address, name]));
}

/** Whose name is known: the person's wallets, processes with a name of their own, and what the address book names; null for all others. */
export function knownName(world: World, id: string | null, own: OwnWallets): string | null {
  if (id === null) return null;
  return ownName(id, own) ?? world.processById.get(id)?.name ?? own.book.get(id) ?? null;
}

/** What a wallet of the person is called; null for everybody else. */
export function ownName(id: string | null, own: OwnWallets): string | null {
  if (id === null) return null;
  return id === own.development ? 'You' : (own.names.get(id) ?? null);
}

/** Who sent: a process by its own name, whoever the person has named by that, everybody else by the first characters of the id. */
export function whoOf(world: World, id: string | null, own: OwnWallets): string {
  if (id === null || id === '') return 'unknown';
  return knownName(world, id, own) ?? nameOf(world, id);
}

/** As {@link whoOf}, inside a sentence. */
export function whoWithin(world: World, id: string | null, own: OwnWallets): string {
  return id !== null && id === own.development ? 'you' : whoOf(world, id, own);
}

/** Who gets it, as {@link whoOf}; what was sent without a target is for nobody. */
export function whoGets(world: World, id: string | null, own: OwnWallets): string {
  return id === null || id === '' ? 'nobody' : whoOf(world, id, own);
}

/** True where nobody but the person sends from outside, with whichever of their wallets. Looks at every message of what was laid out. */
export function isOnlyOwn(world: World, own: OwnWallets, { total }: Pick<Scene, 'total'>): boolean {
  const { parties, sender } = world.inside.numbers;
  const strangers = parties.map((id) => id !== '' && ownName(id, own) === null && !world.processById.has(id));
  return !strangers.includes(true) || !sender.subarray(0, total).some((party) => strangers[party] === true);
}
