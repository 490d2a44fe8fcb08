import { childOf, childOfType, stringOf, textOf, type Syntax } from './syntax.ts';
import type { Facts } from './scopes.ts';

/** A call that adds a handler. */
export interface HandlerCall {
  readonly call: Syntax;
  readonly name: string;
  /** Null where the name is the pattern. */
  readonly pattern: Syntax | null;
}

const ADDING = /^Handlers\.(?:add|append|prepend|once)$/;

/** The handlers that a file adds, first to last. */
export function handlersOf({ root, text }: Facts): HandlerCall[] {
  const found: HandlerCall[] = [];
  const look = (node: Syntax): void => {
    if (node.type === 'function_call') {
      const callee = childOf(node, 'name');
      const given = childOfType(node, 'arguments')?.children ?? [];
      const name = stringOf(text, given[0]);
      if (callee !== null && name !== null && ADDING.test(textOf(text, callee)))
        found.push({ call: node, name, pattern: given.length > 2 ? (given[1] ?? null) : null });
    }
    for (const child of node.children) look(child);
  };
  if (text.includes('Handlers')) look(root);
  return found;
}

/** The actions that the handlers of a file wait for. */
export function actionsOf(facts: Facts | null): string[] {
  if (facts === null) return [];
  return handlersOf(facts).flatMap(({ name, pattern }) => (pattern === null ? name : (actionIn(facts.text, pattern) ?? [])));
}

/** The Action that a pattern asks for; null where it asks for none or for several. */
export function actionIn(text: string, pattern: Syntax): string | null {
  if (pattern.type === 'string') return stringOf(text, pattern);
  if (pattern.type === 'table_constructor') {
    const field = pattern.children.find((one) => {
      const key = childOf(one, 'name');
      return key !== null && textOf(text, key) === 'Action';
    });
    return stringOf(text, field === undefined ? null : childOf(field, 'value'));
  }
  const given = childOfType(pattern, 'arguments')?.children ?? [];
  const isTag = textOf(text, pattern).startsWith('Handlers.utils.hasMatchingTag(') && stringOf(text, given[0]) === 'Action';
  return isTag ? stringOf(text, given[1]) : null;
}
