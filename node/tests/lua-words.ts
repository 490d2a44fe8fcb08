/** Who ids belong to: the variable that has it in a test, and the name it goes by. */
export interface Named {
  readonly variables: ReadonlyMap<string, string>;
  readonly titles: ReadonlyMap<string, string>;
}

const ID = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/;
/** Ms since 1970 of our time. */
const TIME = /(?<!\d)1\d{12}(?!\d)/;
const PARTS = new RegExp(`${ID.source}|${TIME.source}`, 'g');

/**
 * A text as Lua writes it, with known ids as their variables.
 * @param isLoose true where it is what is expected: what differs from run to run may be anything then.
 */
export function wordsOf(text: string, { variables }: Named, isLoose: boolean): string {
  const parts: string[] = [];
  let at = 0;
  let isStrange = false;
  for (const found of text.matchAll(PARTS)) {
    const variable = variables.get(found[0]);
    if (variable === undefined) {
      isStrange = true;
      continue;
    }
    if (found.index > at) parts.push(luaString(text.slice(at, found.index)));
    parts.push(`${variable}.id`);
    at = found.index + found[0].length;
  }
  if (isStrange && isLoose) return parts.length > 0 ? 'anything' : loosened(text);
  if (at < text.length || parts.length === 0) parts.push(luaString(text.slice(at)));
  return parts.join(' .. ');
}

/** A pattern that fits the text with whatever ids and times. */
function loosened(text: string): string {
  if (text.replaceAll(PARTS, '') === '') return 'anything';
  if (text.includes('\n')) return 'anything';
  const pattern = text
    .split(PARTS)
    .map((part) => part.replaceAll(/[^A-Za-z0-9 ]/g, (char) => (char.charCodeAt(0) < 128 ? `%${char}` : char)))
    .join('[%w_-]+');
  return `matching(${luaString(`^${pattern}$`)})`;
}

/** The key of a field: a name where it is one. */
export function luaKey(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `[${luaString(name)}]`;
}

/** A text in quotes, or over several lines where it has them. */
export function luaString(text: string): string {
  if (text.includes('\n') && !text.includes('\r')) {
    let level = '';
    while (text.includes(`]${level}]`) || text.endsWith(`]${level}`)) level += '=';
    return `[${level}[\n${text}]${level}]`;
  }
  const escaped = text.replaceAll(/[\\"\u0000-\u001f\u007f]/g, (char) =>
    char === '\\' || char === '"' ? `\\${char}` : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
