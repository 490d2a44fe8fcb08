/** One thing a person can do. Palette, keys, menus and buttons are all made from it. */
export interface Command {
  readonly id: string;
  /** As the palette shows it, without the category. */
  readonly title: string;
  readonly category: string;
  /** In tinykeys' form, e.g. `$mod+Enter`. */
  readonly keys?: string;
  /** Where one writes the editor itself hears its keys; it hears others that a person chooses everywhere. */
  readonly isOfEditor?: boolean;
  /** False while it cannot be done now; absent means always. */
  isEnabled?(): boolean;
  /** @throws AoError for what the person should read. */
  run(argument?: string): void | Promise<void>;
}

export interface CommandRegistry {
  /** @throws Error when an id or a key is taken: a mistake of ours, met at the start. Returns the way to take them out. */
  add(commands: readonly Command[]): () => void;
  /** In the order in which they were added, each with the keys that it has now. */
  all(): readonly Command[];
  /** With the keys that it has now. */
  find(id: string): Command | null;
  /** The keys that a command has by itself. */
  ownKeys(id: string): string | undefined;
  /** What the person has chosen in their place, by command; null for none. Another command that had such keys loses them. */
  readonly chosen: KeyChoices;
  choose(keys: KeyChoices): void;
  /** Hears when keys have changed; returns the way to stop. */
  onKeys(listener: () => void): () => void;
  isEnabled(id: string): boolean;
  /** Runs a command; false when there is none or it is not enabled. A failure goes to `onError`, never to the caller. */
  run(id: string, argument?: string): Promise<boolean>;
}

/** Keys by the id of their command, in tinykeys' form. */
export type KeyChoices = Readonly<Record<string, string | null>>;

/** What takes longer is not waited for with one's eyes. */
const LONG_MS = 10_000;

/**
 * An empty registry.
 * @param onError shows what a command threw
 * @param onLong hears when one has ended that took long, and what it threw, null for nothing
 */
export function createRegistry(
  onError: (error: unknown, command: Command) => void,
  onLong: (command: Command, error: unknown) => void = () => undefined,
): CommandRegistry {
  const byId = new Map<string, Command>();
  const listeners = new Set<() => void>();
  let chosen: KeyChoices = {};
  /** By id; made anew when commands or keys change. */
  let shown: ReadonlyMap<string, Command> | null = null;
  const withKeys = (): ReadonlyMap<string, Command> => {
    // A choice for a command that is no more takes nothing from others.
    const taken = new Set(Object.entries(chosen).flatMap(([id, keys]) => (byId.has(id) ? [keys] : [])));
    shown ??= new Map(
      [...byId.values()].map(({ keys: own, ...command }) => {
        const wanted = chosen[command.id];
        const keys = wanted === undefined ? (own !== undefined && taken.has(own) ? undefined : own) : (wanted ?? undefined);
        return [command.id, keys === undefined ? command : { ...command, keys }];
      }),
    );
    return shown;
  };
  const changed = (): void => {
    shown = null;
    for (const listener of listeners) listener();
  };
  const keysTaken = (keys: string): Command | undefined => [...byId.values()].find((one) => one.keys === keys);

  const isEnabled = (id: string): boolean => {
    const command = byId.get(id);
    return command !== undefined && (command.isEnabled?.() ?? true);
  };

  return {
    add(commands) {
      for (const command of commands) {
        if (byId.has(command.id)) throw new Error(`the command ${command.id} exists already`);
        const other = command.keys === undefined ? undefined : keysTaken(command.keys);
        if (other !== undefined) throw new Error(`${command.id} and ${other.id} want the same keys ${command.keys ?? ''}`);
        byId.set(command.id, command);
      }
      changed();
      return () => {
        for (const command of commands) byId.delete(command.id);
        changed();
      };
    },
    all: () => [...withKeys().values()],
    find: (id) => withKeys().get(id) ?? null,
    ownKeys: (id) => byId.get(id)?.keys,
    get chosen() {
      return chosen;
    },
    choose(keys) {
      chosen = keys;
      changed();
    },
    onKeys(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isEnabled,
    async run(id, argument) {
      const command = byId.get(id);
      if (command === undefined || !isEnabled(id)) return false;
      const startMs = performance.now();
      let failure: unknown = null;
      try {
        await command.run(argument);
      } catch (error) {
        failure = error;
        onError(error, command);
      }
      if (performance.now() - startMs >= LONG_MS) onLong(command, failure);
      return true;
    },
  };
}
