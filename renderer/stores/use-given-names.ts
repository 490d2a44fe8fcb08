import { useMemo } from 'react';
import { useStore } from 'zustand';
import { useApp } from './app-context.ts';

/**
 * What the person calls addresses: by their address book, their kept keys and the receipts of what they deployed. Names that processes
 * give themselves are not among them: those may be anybody's.
 */
export function useGivenNames(): (address: string) => string | null {
  const app = useApp();
  const book = useStore(app.call, (state) => state.book);
  const keys = useStore(app.deploy, (state) => state.keys);
  const networks = useStore(app.deploy, (state) => state.networks);
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const { name, receipts } of networks ?? []) for (const one of receipts) names.set(one.process, `${one.name} on ${name}`);
    for (const { name, address, kept } of keys ?? []) names.set(address, kept === 'browser' ? 'wallet of the browser' : `wallet ${name}`);
    for (const { name, address } of book) names.set(address, name);
    return (address) => names.get(address) ?? null;
  }, [book, keys, networks]);
}
