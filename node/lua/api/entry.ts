/** A parameter of a function of the runtime. */
export interface ApiParameter {
  /** `...` for any number of further values. */
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  /** '' where the name says it. */
  readonly about: string;
}

/** Which runtimes have it: our own Lua module and aos, or one of them, or what the app adds to the processes of a project. */
export type ApiPlace = 'both' | 'lua' | 'aos' | 'project';

/** One name that a process can use. */
export interface ApiEntry {
  /** What stands before it: '' for a global, `ao`, `Handlers.utils`, `msg`, or the name of a library such as `.bint`. */
  readonly home: string;
  readonly name: string;
  /** As a function is called, with types: `send(message: table): Sent`. */
  readonly signature: string;
  /** The type that Lua's `type` tells, or `any` where it differs from message to message. */
  readonly type: string;
  /** What it holds, in the words of this table: a home such as `msg` where its members are known. */
  readonly holds: string;
  /** None for what is no function. */
  readonly parameters: readonly ApiParameter[];
  /** Type of what a function returns; null for no function and where nothing comes back. */
  readonly returns: string | null;
  readonly about: string;
  readonly example: string | null;
  /** The aos in which it first was. */
  readonly since: 1 | 2;
  readonly on: ApiPlace;
  /** What is otherwise on aos, in a sentence; null where both do the same. */
  readonly differs: string | null;
  /** With fewer arguments a call does the same on both. */
  readonly differsFrom: number;
}

/** Rarely needed parts of a row. */
export interface ApiMore {
  /** What each parameter is, by its name. */
  readonly of?: Readonly<Record<string, string>>;
  readonly example?: string;
  readonly since?: 1 | 2;
  readonly on?: ApiPlace;
  readonly differs?: string;
  readonly differsFrom?: number;
}

/** A row of the table: signature, sentence, and what is rarely needed. */
export type ApiRow = readonly [signature: string, about: string, more?: ApiMore];

const LUA_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'table', 'function', 'userdata', 'any']);

/** Reads rows of one home. @throws TypeError for a signature that is none: a mistake in the table. */
export function entriesOf(home: string, rows: readonly ApiRow[], common: ApiMore = {}): readonly ApiEntry[] {
  return rows.map(([signature, about, more = {}]) => entryOf(home, signature, about, { ...common, ...more }));
}

function entryOf(home: string, signature: string, about: string, more: ApiMore): ApiEntry {
  const { example = null, since = 1, on = 'both', differs = null, differsFrom = 0 } = more;
  const rest = { home, signature, about, example, since, on, differs, differsFrom } as const;
  const call = /^([\w.]+)\((.*)\)(?:: (.+))?$/.exec(signature);
  if (call !== null) {
    const [, name = '', inside = '', returns = null] = call;
    const parameters = splitTop(inside).map((one) => parameterOf(one, more.of ?? {}));
    return { ...rest, name, type: 'function', holds: 'function', parameters, returns };
  }
  const value = /^([\w-]+): (.+)$/.exec(signature);
  const [, name, holds] = value ?? [];
  if (name === undefined || holds === undefined) throw new TypeError(`no signature: ${signature}`);
  return { ...rest, name, type: LUA_TYPES.has(holds) ? holds : 'table', holds, parameters: [], returns: null };
}

function parameterOf(written: string, about: Readonly<Record<string, string>>): ApiParameter {
  const [, name, mark, type] = /^(\w+|\.\.\.)(\??): (.+)$/.exec(written) ?? [];
  if (name === undefined || type === undefined) throw new TypeError(`no parameter: ${written}`);
  return { name, type, isOptional: mark === '?', about: about[name] ?? '' };
}

/** Splits at the commas that stand in no bracket. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const [place, letter] of text.split('').entries()) {
    if (letter === '(' || letter === '{') depth++;
    else if (letter === ')' || letter === '}') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, place).trim());
      from = place + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === '' ? parts : [...parts, last];
}
