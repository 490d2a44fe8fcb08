import { useEffect, useReducer, useState } from 'react';
import { useApp } from '../stores/app-context.ts';
import { isApple, showKeys } from './keys.ts';

/** Words about keys, which a person may have chosen. */
export interface KeyWords {
  /** The keys that a command has now, as a person reads them; nothing where it has none. */
  keysOf(command: string): string;
  /** What is done, with the keys of its command behind it where it has any: `Next line (Alt+F10)`. */
  withKeys(words: string, command: string): string;
}

/** What is said of keys on buttons and in sentences follows what the person chooses. */
export function useKeyWords(): KeyWords {
  const { commands } = useApp();
  const [isMac] = useState(isApple);
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  useEffect(() => commands.onKeys(redraw), [commands]);
  const keysOf = (command: string): string => {
    const keys = commands.find(command)?.keys;
    return keys === undefined ? '' : showKeys(keys, isMac);
  };
  return {
    keysOf,
    withKeys(words, command) {
      const keys = keysOf(command);
      return keys === '' ? words : `${words} (${keys})`;
    },
  };
}
