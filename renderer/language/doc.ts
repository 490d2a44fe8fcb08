/** What a comment in front of a definition says, EmmyLua annotations included. */
export interface LuaDoc {
  readonly about: string;
  readonly parameters: ReadonlyMap<string, { readonly type: string; readonly about: string }>;
  readonly returns: string | null;
  /** Of `@type`. */
  readonly type: string | null;
  /** Of `@class`, with its fields. */
  readonly className: string | null;
  readonly fields: readonly LuaField[];
}

export interface LuaField {
  readonly name: string;
  readonly type: string;
  readonly about: string;
}

/** The comment lines right above the line of `place`; null when there are none. */
export function docAbove(text: string, place: number): LuaDoc | null {
  const comment: string[] = [];
  // Line by line upwards: a long text is not cut up for one comment of it.
  let end = place === 0 ? -1 : text.lastIndexOf('\n', place - 1);
  while (end > 0) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    if (!/^\s*--(?!\[)/.test(line)) break;
    comment.unshift(line.replace(/^\s*--+ ?/, '').trim());
    end = start - 1;
  }
  return comment.length === 0 ? null : readDoc(comment);
}

/** Reads comment lines without their dashes. */
export function readDoc(lines: readonly string[]): LuaDoc {
  const about: string[] = [];
  const parameters = new Map<string, { type: string; about: string }>();
  const fields: LuaField[] = [];
  let returns: string | null = null;
  let type: string | null = null;
  let className: string | null = null;
  for (const line of lines) {
    const [, tag, rest = ''] = /^@(\w+)\s*(.*)$/.exec(line) ?? [];
    const [first = '', second = '', ...more] = rest.split(/\s+/);
    if (tag === undefined) about.push(line);
    else if (tag === 'param') parameters.set(first.replace(/\?$/, ''), { type: second, about: more.join(' ') });
    else if (tag === 'return') returns = rest;
    else if (tag === 'type') type = first;
    else if (tag === 'class') className = first.replace(/:.*$/, '');
    else if (tag === 'field') fields.push({ name: first.replace(/\?$/, ''), type: second, about: more.join(' ') });
  }
  return { about: about.join(' ').trim(), parameters, returns, type, className, fields };
}
