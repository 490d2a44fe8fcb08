import { nameOf } from './lookup.ts';
import type { World } from './world.ts';

/** What the person's own wallets are called, by address. */
export type OwnWallets = ReadonlyMap<string, string>;

/** The development wallet is the person; others go by the names that they were given. */
export function ownWallets(development: string | null, named: readonly { readonly name: string; readonly address: string }[]): OwnWallets {
  const own = new Map(named.map(({ name, address }) => [address, name]));
  if (development !== null) own.set(development, YOU);
  return own;
}

/** Who is meant by an address: a process or an own wallet by its name, everybody else by the first characters of the id. */
export function whoOf(world: World, id: string | null, own: OwnWallets): string {
  if (id === null || id === '') return 'unknown';
  return own.get(id) ?? nameOf(world, id);
}

/** As {@link whoOf}, inside a sentence. */
export function whoWithin(world: World, id: string | null, own: OwnWallets): string {
  const who = whoOf(world, id, own);
  return who === YOU ? 'you' : who;
}

/** True where nobody but the person takes part from outside. Asks of every party once, up to the first stranger. */
export function isOnlyOwn(world: World, own: OwnWallets): boolean {
  const { parties } = world.inside.numbers;
  return parties.every((id) => id === '' || own.get(id) === YOU || world.processById.has(id));
}

const YOU = 'You';
