import { actionIn, handlersOf } from '../handlers.ts';
import { childOf, stringOf, textOf, type Syntax } from '../syntax.ts';
import { argumentsOf, calleeOf, eachPart, edit, keyOf, type LintPlace } from './lint.ts';
import { isCatchAll } from './handler-order.ts';

/**
 * Answers that the answered process would answer in turn, without end: a handler of everything that replies to whoever
 * wrote, and a handler that answers an Action with the same Action. What stands behind a condition is left alone.
 */
export function lintLoops(place: LintPlace): void {
  const { facts } = place;
  const { text } = facts;
  for (const { call, name, pattern } of handlersOf(facts)) {
    const handle = argumentsOf(call).at(-1);
    if (handle?.type !== 'function_definition') continue;
    const body = childOf(handle, 'body');
    const parameter = childOf(handle, 'parameters')?.children[0];
    if (body === null || parameter === undefined) continue;
    const isAll = pattern !== null && isCatchAll(text, pattern);
    const action = pattern === null ? name : actionIn(text, pattern);
    for (const answer of answersIn(text, body, textOf(text, parameter))) {
      const back = answer.action === null ? null : stringOf(text, answer.action);
      if (isAll) {
        const guard = `if ${textOf(text, parameter)}.From ~= Owner then return end\n  `;
        const fix = edit('Answer the owner only', { start: body.start, end: body.start }, guard);
        place.mark(
          answer.at,
          'ENDLESS_REPLY',
          `"${name}" answers everybody, also an answer: two processes like this write to each other for ever.`,
          fix,
        );
      } else if (back !== null && back === action && answer.action !== null) {
        const fix = edit(`Answer with ${back}-Response`, answer.action, `"${back}-Response"`);
        place.mark(
          answer.at,
          'ENDLESS_REPLY',
          `The answer to ${back} is ${back} again: a process with the same handler answers it, for ever.`,
          fix,
        );
      }
    }
  }
}

interface Answer {
  readonly at: Syntax;
  readonly action: Syntax | null;
}

/** The calls among a function's own statements that send to whoever wrote. */
function answersIn(text: string, body: Syntax, parameter: string): Answer[] {
  const found: Answer[] = [];
  for (const statement of body.children) {
    // Behind a way out, what follows is bounded by it.
    if (statement.type === 'if_statement') {
      let hasWayOut = false;
      eachPart(statement, ({ type }) => void (hasWayOut ||= type === 'return_statement'));
      if (hasWayOut) return found;
      continue;
    }
    const call = statement.type === 'return_statement' ? statement.children[0]?.children[0] : statement;
    if (call?.type !== 'function_call') continue;
    const callee = calleeOf(text, call);
    const table = argumentsOf(call)[0];
    const fieldOf = (key: string): Syntax | null => {
      const field = table?.children.find((one) => keyOf(text, one) === key);
      return field === undefined ? null : childOf(field, 'value');
    };
    const target = fieldOf('Target');
    const isBack = (callee === 'Send' || callee === 'ao.send') && target !== null && textOf(text, target) === `${parameter}.From`;
    if (isBack || callee === `${parameter}.reply`) found.push({ at: childOf(call, 'name') ?? call, action: fieldOf('Action') });
  }
  return found;
}
