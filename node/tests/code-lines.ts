import { parse, type CallExpression, type Expression, type Node, type Statement } from 'luaparse';

/** What of a Lua file can run. */
export interface CodeLines {
  /** Lines on which a statement begins. */
  readonly lines: ReadonlySet<number>;
  /**
   * Each further line of a statement, with the one on which it begins. An interpreter says of some that they ran at their last
   * line: `local function f()` runs at its `end`.
   */
  readonly beginnings: ReadonlyMap<number, number>;
  readonly handlers: readonly CodeHandler[];
}

/** A handler that a file adds, by the line of the call. */
export interface CodeHandler {
  readonly name: string;
  readonly line: number;
  /** The action that it waits for; null where its pattern asks for none, or for several. */
  readonly action: string | null;
}

const ADDING: ReadonlySet<string> = new Set(['add', 'prepend', 'append', 'once']);
/** Statements that are no instructions themselves. */
const SILENT: ReadonlySet<string> = new Set(['DoStatement', 'LabelStatement', 'RepeatStatement', 'BreakStatement', 'GotoStatement']);

/** Null where the text is no Lua that can be read. */
export function codeLines(text: string): CodeLines | null {
  try {
    const lines = new Set<number>();
    const statements: { readonly start: number; readonly end: number }[] = [];
    const handlers: CodeHandler[] = [];
    parse(asOlderLua(text), {
      locations: true,
      luaVersion: '5.3',
      onCreateNode(node: Node) {
        const line = node.loc?.start.line;
        if (line === undefined) return;
        if (isStatement(node) && !SILENT.has(node.type)) {
          lines.add(line);
          statements.push({ start: line, end: node.loc?.end.line ?? line });
        }
        if (node.type === 'CallExpression') {
          const handler = handlerOf(node);
          if (handler !== null) handlers.push({ ...handler, line });
        }
      },
    });
    return { lines, beginnings: beginningsOf(statements, lines), handlers };
  } catch {
    return null;
  }
}

/** A line belongs to the innermost statement around it. */
function beginningsOf(
  statements: readonly { readonly start: number; readonly end: number }[],
  lines: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const beginnings = new Map<number, number>();
  for (const { start, end } of statements.toSorted((one, other) => one.end - one.start - (other.end - other.start)))
    for (let line = start + 1; line <= end; line++) if (!lines.has(line) && !beginnings.has(line)) beginnings.set(line, start);
  return beginnings;
}

/** The parser knows no attributes of Lua 5.4, `local x <const> = 1`: blanks stand in their place, so that all else stays where it is. */
function asOlderLua(text: string): string {
  return text.replaceAll(/<[ \t]*(?:const|close)[ \t]*>/g, (attribute) => ' '.repeat(attribute.length));
}

function isStatement(node: Node): node is Statement {
  return node.type.endsWith('Statement') || (node.type === 'FunctionDeclaration' && node.identifier !== null);
}

function handlerOf({ base, arguments: args }: CallExpression): Omit<CodeHandler, 'line'> | null {
  if (base.type !== 'MemberExpression' || base.base.type !== 'Identifier' || base.base.name !== 'Handlers') return null;
  if (!ADDING.has(base.identifier.name)) return null;
  const name = stringOf(args[0]);
  if (name === null) return null;
  // With two of them the name is the pattern.
  return { name, action: args.length > 2 ? actionOf(args[1]) : name };
}

/** The Action that a pattern asks for. */
function actionOf(pattern: Expression | undefined): string | null {
  if (pattern?.type === 'TableConstructorExpression') {
    const field = pattern.fields.find((one) => one.type === 'TableKeyString' && one.key.name === 'Action');
    return stringOf(field?.value);
  }
  if (pattern?.type !== 'CallExpression') return stringOf(pattern);
  const { base, arguments: args } = pattern;
  const isTag = base.type === 'MemberExpression' && base.identifier.name === 'hasMatchingTag' && stringOf(args[0]) === 'Action';
  return isTag ? stringOf(args[1]) : null;
}

/** A text that is written out in quotes. */
function stringOf(expression: Expression | undefined): string | null {
  // Strings come raw unless asked for otherwise: `"Name"`.
  return expression?.type === 'StringLiteral' ? expression.raw.slice(1, -1) : null;
}
