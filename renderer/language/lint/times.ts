import { childOf, textOf, type Syntax } from '../syntax.ts';
import { calleeOf, argumentsOf, edit, type LintPlace } from './lint.ts';
import { operatorOf } from './numbers.ts';

const COMPARES = new Set(['<', '>', '<=', '>=', '==', '~=']);
/** What people write for a minute, an hour, a day and their like in seconds. */
const SPANS = new Set([60, 300, 600, 900, 1_800, 3_600, 7_200, 43_200, 86_400, 604_800, 2_592_000, 31_536_000]);

/** Places where a time of ao, which is in milliseconds, meets a number in seconds: `msg.Timestamp < 1700000000`, `os.time() + 3600`. */
export function lintTimes(place: LintPlace, node: Syntax): void {
  const { text } = place.facts;
  const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
  if (left === null || right === null) return;
  const side = isTime(text, left) ? right : isTime(text, right) ? left : null;
  const number = side === null ? null : valueOf(text, side);
  if (number === null || side === null) return;
  const operator = operatorOf(text, node);
  const isMoment = COMPARES.has(operator) && number >= 1e9 && number < 1e11;
  const isSpan = (operator === '+' || operator === '-') && SPANS.has(number);
  if (!isMoment && !isSpan) return;
  const what = isMoment ? `${number} is a moment in January 1970` : `${number} is ${number / 1000} seconds`;
  const written = `${textOf(text, side)} * 1000`;
  place.mark(node, 'TIME_UNIT', `Times in ao are milliseconds: ${what} here. Write ${written}.`, edit(`Write ${written}`, side, written));
}

/** `….Timestamp`, `os.time()`, and sums with them. */
function isTime(text: string, node: Syntax): boolean {
  if (node.type === 'dot_index_expression') return textOf(text, childOf(node, 'field') ?? node) === 'Timestamp';
  if (node.type === 'parenthesized_expression') return node.children[0] !== undefined && isTime(text, node.children[0]);
  if (node.type === 'binary_expression')
    return ['+', '-'].includes(operatorOf(text, node)) && node.children.some((side) => isTime(text, side));
  return calleeOf(text, node) === 'os.time' && argumentsOf(node).length === 0;
}

/** A number, or a product of numbers; null for everything else. */
function valueOf(text: string, node: Syntax): number | null {
  if (node.type === 'number') return Number(textOf(text, node));
  if (node.type === 'parenthesized_expression') return node.children[0] === undefined ? null : valueOf(text, node.children[0]);
  if (node.type !== 'binary_expression' || operatorOf(text, node) !== '*') return null;
  const [left, right] = node.children.map((side) => valueOf(text, side));
  return left === undefined || right === undefined || left === null || right === null ? null : left * right;
}
