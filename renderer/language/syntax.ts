import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { LineStarts } from './line-starts.ts';
import { firstError, type LuaParseError } from './lua-errors.ts';

/** A stretch of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A named part of a program. Types and fields are those of the grammar. */
export interface Syntax extends Span {
  readonly type: string;
  readonly field: string | null;
  readonly parent: Syntax | null;
  readonly children: readonly Syntax[];
}

export interface TextError extends Span {
  readonly message: string;
}

export interface Parsed {
  readonly root: Syntax;
  /** All of them, first to last; empty when the text is Lua. */
  readonly errors: readonly TextError[];
}

export type LuaParser = (text: string) => Parsed;

/** A parser that goes on behind an error. `runtime` and `grammar` are the bytes of its two programs. */
export async function loadParser(runtime: Uint8Array, grammar: Uint8Array): Promise<LuaParser> {
  await Parser.init({ wasmBinary: runtime.slice().buffer });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (text) => {
    const tree = parser.parse(text);
    if (tree === null) throw new TypeError('the parser has no language');
    const cursor = tree.walk();
    try {
      const holes: Span[] = [];
      const root = plain(cursor, null, holes);
      const first = firstError(text);
      return { root, errors: first === null ? [] : [first, ...further(text, first, holes)] };
    } finally {
      // A cursor that is left to the garbage collector takes memory with it that is not its own.
      cursor.delete();
      tree.delete();
    }
  };
}

/** The tree as plain objects: named parts only, since each look into the parser's memory costs. */
function plain(cursor: TreeCursor, parent: Syntax | null, holes: Span[]): Syntax {
  const children: Syntax[] = [];
  const node = {
    type: cursor.nodeType,
    field: cursor.currentFieldName ?? null,
    start: cursor.startIndex,
    end: cursor.endIndex,
    parent,
    children,
  };
  if (node.type === 'ERROR') holes.push(node);
  if (cursor.gotoFirstChild()) {
    do {
      if (cursor.nodeIsNamed) children.push(plain(cursor, node, holes));
      else if (cursor.nodeIsMissing) holes.push({ start: cursor.startIndex, end: cursor.endIndex });
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}

/** Errors on later lines than the first, one a line. */
function further(text: string, first: LuaParseError, holes: readonly Span[]): TextError[] {
  const lines = new Set<number>();
  const starts = new LineStarts(text);
  const lineOf = (place: number): number => starts.placeOf(place).line;
  const firstLine = lineOf(first.start);
  return holes.flatMap(({ start, end }) => {
    const line = lineOf(start);
    if (line <= firstLine || lines.has(line)) return [];
    lines.add(line);
    const words = text.slice(start, end).split('\n')[0]?.trim() ?? '';
    return [
      {
        start,
        end: start + Math.max(1, words.length),
        message: words === '' ? 'something is missing here' : `'${words}' was not expected here`,
      },
    ];
  });
}

export function textOf(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

export function childOf(node: Syntax, field: string): Syntax | null {
  return node.children.find((child) => child.field === field) ?? null;
}

export function childOfType(node: Syntax, type: string): Syntax | null {
  return node.children.find((child) => child.type === type) ?? null;
}

/** The smallest part that holds a place; of two that touch there the one that begins earlier. */
export function nodeAt(root: Syntax, place: number): Syntax {
  let node = root;
  for (;;) {
    const inner = node.children.find(({ start, end }) => start <= place && place <= end && end > start);
    if (inner === undefined) return node;
    node = inner;
  }
}

/** The text between the quotes of a string; null for another part. */
export function stringOf(text: string, node: Syntax | null | undefined): string | null {
  if (node?.type !== 'string') return null;
  const content = childOf(node, 'content');
  return content === null ? '' : textOf(text, content);
}
