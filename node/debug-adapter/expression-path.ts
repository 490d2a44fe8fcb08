import type { StatePath } from '../contract/state.ts';

/** An expression that names a place: a variable, and the way from it down. */
export interface NamedPlace {
  readonly name: string;
  readonly path: StatePath;
}

const NAME = /^[A-Za-z_]\w*/;
const STEP = /^(?:\.([A-Za-z_]\w*)|\[(-?\d+)\]|\[("(?:[^"\\]|\\.)*")\])/;

/** `Balances["x"].total` as a name and a path in the form of a state; null for any other expression. */
export function namedPlace(expression: string): NamedPlace | null {
  const text = expression.trim();
  const [name] = NAME.exec(text) ?? [];
  if (name === undefined) return null;
  const path: string[] = [];
  for (let rest = text.slice(name.length); rest !== '';) {
    const [whole, field, index, quoted] = STEP.exec(rest) ?? [];
    if (whole === undefined) return null;
    const key = quoted === undefined ? null : textOf(quoted);
    if (quoted !== undefined && key === null) return null;
    path.push(field !== undefined ? `.${field}` : index !== undefined ? `[${index}]` : printed(key ?? ''));
    rest = rest.slice(whole.length);
  }
  return { name, path };
}

/** A Lua expression for a place of a state; null where a step of the path is no key. */
export function expressionOf(base: string | null, path: StatePath): string | null {
  if (path.some((step) => !step.startsWith('.') && !/^\[(?:-?\d|"|true|false)/.test(step))) return null;
  if (base !== null) return `${base}${path.join('')}`;
  const [first = '', ...rest] = path;
  return first.startsWith('.') ? `${first.slice(1)}${rest.join('')}` : `_G${path.join('')}`;
}

/** A key as a path prints it. */
function printed(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** What a log or an expression gave, without the quotes around a text. */
export function unquoted(preview: string): string {
  const [, quoted, rest] = /^("(?:[^"\\]|\\.)*")(…?)$/s.exec(preview) ?? [];
  return quoted === undefined ? preview : `${textOf(quoted) ?? quoted}${rest ?? ''}`;
}

function textOf(quoted: string): string | null {
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

/** The message of a log point, `{…}` standing for expressions, as one Lua expression. */
export function logExpression(message: string): string {
  const parts: string[] = [];
  let text = '';
  let at = 0;
  while (at < message.length) {
    const char = message.charAt(at);
    if (char === '\\' && /[{}\\]/.test(message.charAt(at + 1))) {
      text += message.charAt(at + 1);
      at += 2;
    } else if (char === '{') {
      const end = closing(message, at);
      if (end === null) {
        text += message.slice(at);
        break;
      }
      const inner = message.slice(at + 1, end).trim();
      if (text !== '') parts.push(luaText(text));
      if (inner !== '') parts.push(`tostring((${inner}))`);
      text = '';
      at = end + 1;
    } else {
      text += char;
      at += 1;
    }
  }
  if (text !== '' || parts.length === 0) parts.push(luaText(text));
  return parts.join(' .. ');
}

/** Where the brace that opens at `from` is closed; null where it is not. */
function closing(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '{') depth += 1;
    else if (text.charAt(at) === '}' && --depth === 0) return at;
  }
  return null;
}

function luaText(text: string): string {
  return `"${text.replaceAll(/["\\\n\r]/g, (char) => ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' })[char] ?? char)}"`;
}

/** `> 5`, `5`, `% 3`: which of the hits, counted from 1, are meant; null where that cannot be understood. */
export function hitCount(condition: string): ((count: number) => boolean) | null {
  const [, operator = '==', digits] = /^\s*(==|=|>=|<=|>|<|%)?\s*(\d+)\s*$/.exec(condition) ?? [];
  if (digits === undefined) return null;
  const number = Number(digits);
  switch (operator) {
    case '>':
      return (count) => count > number;
    case '>=':
      return (count) => count >= number;
    case '<':
      return (count) => count < number;
    case '<=':
      return (count) => count <= number;
    case '%':
      return (count) => number > 0 && count % number === 0;
    default:
      return (count) => count === number;
  }
}
