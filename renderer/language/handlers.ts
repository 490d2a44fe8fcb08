import { childOf, childOfType, stringOf, textOf, type Syntax } from './syntax.ts';
import type { HandlerRow, TagRead } from './answers.ts';
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

/** What every message has besides its tags, and what is no tag of the person's. */
const FIELDS: ReadonlySet<string> = new Set(
  'Id From Owner Target Data Tags TagArray Timestamp Cron Module Epoch Nonce Signature Anchor Reference Action Cast Assignments'.split(' '),
);

/** The handlers of a file with what their functions read, first to last. */
export function handlerRowsOf(facts: Facts): HandlerRow[] {
  return handlersOf(facts).map(({ call, name, pattern }) => ({
    start: call.start,
    end: call.end,
    name,
    action: pattern === null ? name : actionIn(facts.text, pattern),
    ...readIn(textOf(facts.text, call)),
  }));
}

/** What the function in a call reads of its message, as far as the text tells. */
function readIn(call: string): Pick<HandlerRow, 'reads' | 'data'> {
  const code = call.replaceAll(/--\[(=*)\[[\s\S]*?\]\1\]/g, '').replaceAll(/--.*$/gm, '');
  const functions = [...code.matchAll(/\bfunction\s*\(\s*(\w+)/g)];
  const message = functions.at(-1)?.[1] === undefined ? null : (functions.find(({ 1: name }) => name === 'msg') ?? functions[0])?.[1];
  if (message === null || message === undefined) return { reads: [], data: null };
  const field = new RegExp(
    String.raw`\b${message}\s*(?:\.Tags)?\s*(?:\.\s*([A-Z]\w*)\b|\[\s*["']([\w-]+)["']\s*\])(?![ \t]*(?:[.:][ \t]*\w+[ \t]*)?\()`,
    'g',
  );
  const reads = new Map<string, TagRead>();
  let data: HandlerRow['data'] = null;
  for (const { 0: whole, 1: dotted, 2: quoted, index } of code.matchAll(field)) {
    const name = dotted ?? quoted ?? '';
    const before = code.slice(0, index);
    const isNumber = /\b(?:tonumber|bint|math\.\w+)\s*\(\s*$/.test(before);
    if (name === 'Data') data = /json\.decode\s*\(\s*$/.test(before) ? 'json' : isNumber ? 'number' : (data ?? 'text');
    const isTag = !FIELDS.has(name) || /Tags/.test(whole);
    if (isTag && name !== 'Action' && name !== 'Tags') reads.set(name, { name, isNumber: isNumber || reads.get(name)?.isNumber === true });
  }
  return { reads: [...reads.values()], data };
}
