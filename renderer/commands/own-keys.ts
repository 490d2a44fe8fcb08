import type { Link } from '../link/link.ts';
import { isChord } from './keys.ts';
import type { CommandRegistry, KeyChoices } from './registry.ts';

const KEY = 'keys';

/** What was kept, without what is no such thing: the file of the settings may be written by hand. */
export function parseChoices(raw: unknown): KeyChoices {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return {};
  const choices = Object.entries(raw).filter(
    (entry): entry is [string, string | null] => entry[1] === null || (typeof entry[1] === 'string' && isKeys(entry[1])),
  );
  return Object.fromEntries(choices);
}

function isKeys(text: string): boolean {
  try {
    return isChord(text);
  } catch {
    return false;
  }
}

/** Gives the commands the keys that the person has chosen before. They stand in the settings' file, under `keys`. */
export async function recallKeys(link: Link, registry: CommandRegistry): Promise<void> {
  const { value } = await link.ask('shell.recall', { key: KEY });
  registry.choose(parseChoices(value));
}

/**
 * Gives a command other keys (null for none, undefined for its own again) and keeps that. Another command that had been given the same
 * keys by the person has none then. What another window has chosen meanwhile stays.
 */
export async function chooseKeys(link: Link, registry: CommandRegistry, id: string, keys: string | null | undefined): Promise<void> {
  const own = registry.ownKeys(id);
  const now = keys === undefined ? own : keys;
  const { value } = await link.ask('shell.recall', { key: KEY });
  const others = Object.entries(parseChoices(value)).filter(([other]) => other !== id);
  const kept = others.map(([other, has]): [string, string | null] => [other, has === now ? null : has]);
  const wanted = now === own ? [] : [[id, now ?? null] as const];
  const choices = Object.fromEntries([...kept, ...wanted]);
  registry.choose(choices);
  await link.ask('shell.remember', { key: KEY, value: choices });
}
