/** One thing a person can do. Palette, keys, menus and buttons are all made from it. */
export interface Command {
  readonly id: string;
  /** As the palette shows it, without the category. */
  readonly title: string;
  readonly category: string;
  /** In tinykeys' form, e.g. `$mod+Enter`. */
  readonly keys?: string;
  /** False while it cannot be done now; absent means always. */
  isEnabled?(): boolean;
  /** @throws AoError for what the person should read. */
  run(argument?: string): void | Promise<void>;
}

export interface CommandRegistry {
  /** @throws Error when an id or a key is taken: a mistake of ours, met at the start. Returns the way to take them out. */
  add(commands: readonly Command[]): () => void;
  /** In the order in which they were added. */
  all(): readonly Command[];
  find(id: string): Command | null;
  isEnabled(id: string): boolean;
  /** Runs a command; false when there is none or it is not enabled. A failure goes to `onError`, never to the caller. */
  run(id: string, argument?: string): Promise<boolean>;
}

/** An empty registry. `onError` shows what a command threw. */
export function createRegistry(onError: (error: unknown, command: Command) => void): CommandRegistry {
  const byId = new Map<string, Command>();
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
      return () => {
        for (const command of commands) byId.delete(command.id);
      };
    },
    all: () => [...byId.values()],
    find: (id) => byId.get(id) ?? null,
    isEnabled,
    async run(id, argument) {
      const command = byId.get(id);
      if (command === undefined || !isEnabled(id)) return false;
      try {
        await command.run(argument);
      } catch (error) {
        onError(error, command);
      }
      return true;
    },
  };
}
