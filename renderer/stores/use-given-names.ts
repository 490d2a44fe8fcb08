import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { KeyInfo, NetworkInfo } from '../../node/contract/deploy.ts';
import { useApp } from './app-context.ts';

/** What an address is called. */
export interface GivenName {
  readonly text: string;
  /** By the person, or by this app; otherwise the project says so, which may have come from anybody. */
  readonly isOwn: boolean;
}

/**
 * What the person calls addresses: by their address book, their kept keys and the receipts of what they deployed. Names that processes
 * give themselves are not among them: those may be anybody's.
 */
export function useGivenNames(): (address: string) => GivenName | null {
  const app = useApp();
  const book = useStore(app.call, (state) => state.book);
  const keys = useStore(app.deploy, (state) => state.keys);
  const networks = useStore(app.deploy, (state) => state.networks);
  return useMemo(() => {
    const names = givenNames({ book, keys: keys ?? [], networks: networks ?? [] });
    return (address) => names.get(address) ?? null;
  }, [book, keys, networks]);
}

interface Known {
  readonly book: readonly { readonly name: string; readonly address: string }[];
  readonly keys: readonly Pick<KeyInfo, 'name' | 'address' | 'kept'>[];
  readonly networks: readonly Pick<NetworkInfo, 'name' | 'receipts'>[];
}

/** By address. What the project alone says never takes the place of what the person says. */
export function givenNames({ book, keys, networks }: Known): ReadonlyMap<string, GivenName> {
  const names = new Map<string, GivenName>();
  for (const { name: network, receipts } of networks)
    for (const { process, name, isWrittenHere } of receipts)
      if (isWrittenHere || names.get(process)?.isOwn !== true) names.set(process, { text: `${name} on ${network}`, isOwn: isWrittenHere });
  for (const { name, address, kept } of keys)
    names.set(address, { text: kept === 'browser' ? 'wallet of the browser' : `wallet ${name}`, isOwn: true });
  for (const { name, address } of book) names.set(address, { text: name, isOwn: true });
  return names;
}
