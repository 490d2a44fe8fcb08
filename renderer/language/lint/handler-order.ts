import { actionIn, handlersOf, type HandlerCall } from '../handlers.ts';
import { childOf, textOf, type Syntax } from '../syntax.ts';
import { calleeOf, functionsAround, type LintPlace } from './lint.ts';

/** Handlers that no message reaches, since an earlier one takes it. */
export function lintHandlers(place: LintPlace): void {
  const { facts } = place;
  const { text } = facts;
  const added = handlersOf(facts).filter(
    ({ call }) => /\.(add|append)$/.test(calleeOf(text, call)) && functionsAround(call).length === 0 && call.parent?.type === 'chunk',
  );
  const names = new Map<string, HandlerCall>();
  const actions = new Map<string, HandlerCall>();
  let all: HandlerCall | null = null;
  for (const handler of added) {
    const { call, name, pattern } = handler;
    const at = childOf(call, 'name') ?? call;
    const action = pattern === null ? name : bareAction(text, pattern);
    const [same, taken] = [names.get(name), action === null ? undefined : actions.get(action)];
    if (same !== undefined)
      place.mark(at, 'HANDLER_REPLACED', `A handler "${name}" was added above: this one takes its place, and the first never runs.`);
    else if (all !== null)
      place.mark(
        at,
        'HANDLER_SHADOWED',
        `"${all.name}" above takes every message, so none reaches "${name}".`,
        moveBefore(text, call, all.call),
      );
    else if (taken !== undefined)
      place.mark(at, 'HANDLER_SHADOWED', `"${taken.name}" above takes the Action ${action ?? ''}, so it never reaches "${name}".`);
    names.set(name, handler);
    if (action !== null && !actions.has(action)) actions.set(action, handler);
    if (all === null && pattern !== null && isCatchAll(text, pattern)) all = handler;
  }
}

/** The Action of a pattern that asks for nothing else. */
function bareAction(text: string, pattern: Syntax): string | null {
  return pattern.type === 'table_constructor' && pattern.children.length !== 1 ? null : actionIn(text, pattern);
}

/** A pattern that takes whatever comes and lets nobody behind it have it: `{}`, `function() return true end`. */
export function isCatchAll(text: string, pattern: Syntax): boolean {
  if (pattern.type === 'table_constructor') return pattern.children.length === 0;
  if (pattern.type !== 'function_definition') return false;
  const [only, ...more] = childOf(pattern, 'body')?.children.filter(({ type }) => type !== 'comment') ?? [];
  return (
    only?.type === 'return_statement' && more.length === 0 && /^return\s*\(?\s*(true|"break"|'break')\s*\)?\s*;?$/.test(textOf(text, only))
  );
}

function moveBefore(text: string, call: Syntax, first: Syntax): { title: string; edits: { start: number; end: number; text: string }[] } {
  const end = text.startsWith('\n', call.end) ? call.end + 1 : call.end;
  return {
    title: 'Put this handler first',
    edits: [
      { start: first.start, end: first.start, text: `${textOf(text, call)}\n\n` },
      { start: call.start, end, text: '' },
    ],
  };
}
