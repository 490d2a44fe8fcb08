import { useMemo } from 'react';
import { useStore } from 'zustand';
import { ownWallets, type OwnWallets } from '../model/own-wallets.ts';
import { useApp } from './app-context.ts';

/** The wallets of this installation, so that the person's messages are told from those of others. */
export function useOwnWallets(): OwnWallets {
  const app = useApp();
  const development = useStore(app.workspace, (state) => state.status?.wallet ?? null);
  const named = useStore(app.call, (state) => state.wallets);
  const book = useStore(app.call, (state) => state.book);
  return useMemo(() => ownWallets(development, named, book), [development, named, book]);
}
