import type { OutlineRow } from './answers.ts';
import { actionIn, handlersOf } from './handlers.ts';
import type { Facts } from './scopes.ts';
import { childOf, textOf, type Span, type Syntax } from './syntax.ts';

const FOLDED: ReadonlySet<string> = new Set([
  'function_declaration',
  'function_definition',
  'if_statement',
  'for_statement',
  'while_statement',
  'do_statement',
  'repeat_statement',
  'table_constructor',
  'comment',
  'string',
]);

/** Functions, handlers, and names made at the top of a file, in the order of the text. */
export function outlineOf(facts: Facts): OutlineRow[] {
  const { root, text } = facts;
  const rows: OutlineRow[] = handlersOf(facts).map(({ call, name, pattern }) => {
    const action = pattern === null ? name : actionIn(text, pattern);
    return {
      name,
      detail: action === null ? 'handler' : `handler of ${action}`,
      kind: 'handler',
      start: call.start,
      end: call.end,
      at: childOf(call, 'name') ?? call,
    };
  });
  const look = (node: Syntax): void => {
    const name = node.type === 'function_declaration' ? childOf(node, 'name') : null;
    if (name !== null) rows.push({ name: textOf(text, name), detail: '', kind: 'function', start: node.start, end: node.end, at: name });
    for (const child of node.children) look(child);
  };
  look(root);
  for (const { name, at, value, kind } of facts.locals)
    if (kind === 'local' && value !== null && isAtTop(value)) rows.push({ name, detail: 'local', kind: 'variable', ...at, at });
  const seen = new Set<string>();
  for (const { name, at, isWrite, value } of facts.globals) {
    if (!isWrite || value === null || value.type === 'function_declaration' || seen.has(name)) continue;
    seen.add(name);
    rows.push({ name, detail: 'global', kind: 'variable', ...at, at });
  }
  return rows
    .sort((first, second) => first.start - second.start)
    .map(({ at, ...row }) => ({ ...row, at: { start: at.start, end: at.end } }));
}

function isAtTop(value: Syntax): boolean {
  return value.parent?.parent?.parent?.parent?.type === 'chunk';
}

/** What can be folded: parts that go over more than one line. */
export function foldsOf({ root, text }: Facts): Span[] {
  const folds: Span[] = [];
  const look = (node: Syntax): void => {
    if (FOLDED.has(node.type) && text.slice(node.start, node.end).includes('\n')) folds.push({ start: node.start, end: node.end });
    for (const child of node.children) look(child);
  };
  look(root);
  return folds;
}
