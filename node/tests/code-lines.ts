import { parse, type CallExpression, type Expression, type Node, type Statement } from 'luaparse';

/** What of a Lua file can run. */
export interface CodeLines {
  /** Lines on which a statement begins. */
  readonly lines: ReadonlySet<number>;
  /** Handlers that it adds, by the line of the call. */
  readonly handlers: readonly { readonly name: string; readonly line: number }[];
}

const ADDING: ReadonlySet<string> = new Set(['add', 'prepend', 'append', 'once']);
/** Statements that are no instructions themselves. */
const SILENT: ReadonlySet<string> = new Set(['DoStatement', 'LabelStatement', 'RepeatStatement', 'BreakStatement', 'GotoStatement']);

/** Null where the text is no Lua that can be read. */
export function codeLines(text: string): CodeLines | null {
  try {
    const lines = new Set<number>();
    const handlers: { name: string; line: number }[] = [];
    parse(text, {
      locations: true,
      luaVersion: '5.3',
      onCreateNode(node: Node) {
        const line = node.loc?.start.line;
        if (line === undefined) return;
        if (isStatement(node) && !SILENT.has(node.type)) lines.add(line);
        if (node.type === 'CallExpression') {
          const name = handlerOf(node);
          if (name !== null) handlers.push({ name, line });
        }
      },
    });
    return { lines, handlers };
  } catch {
    return null;
  }
}

function isStatement(node: Node): node is Statement {
  return node.type.endsWith('Statement') || (node.type === 'FunctionDeclaration' && node.identifier !== null);
}

function handlerOf({ base, arguments: args }: CallExpression): string | null {
  if (base.type !== 'MemberExpression' || base.base.type !== 'Identifier' || base.base.name !== 'Handlers') return null;
  if (!ADDING.has(base.identifier.name)) return null;
  const [first]: readonly (Expression | undefined)[] = args;
  // Strings come raw unless asked for otherwise: `"Name"`.
  return first?.type === 'StringLiteral' ? first.raw.slice(1, -1) : null;
}
