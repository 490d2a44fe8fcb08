import { createContext, useContext } from 'react';

/** Gives a sentence of the node the words that a person knows: names of processes for their ids. */
export const Spoken = createContext<(text: string) => string>((text) => text);

export const useSpoken = (): ((text: string) => string) => useContext(Spoken);
