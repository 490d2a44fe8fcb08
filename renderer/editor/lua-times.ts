import { parse, type Expression, type Node } from 'luaparse';
import type { TextMark } from '../stores/editor-store.ts';

const COMPARES = new Set(['<', '>', '<=', '>=', '==', '~=']);
/** What people write for a minute, an hour, a day and their like in seconds. */
const SPANS = new Set([60, 300, 600, 900, 1_800, 3_600, 7_200, 43_200, 86_400, 604_800, 2_592_000, 31_536_000]);

/**
 * Places where a time of ao, which is in milliseconds, meets a number in seconds: `msg.Timestamp < 1700000000`,
 * `os.time() + 3600`. Empty where the text does not parse.
 */
export function timesInLua(text: string): readonly TextMark[] {
  const marks: TextMark[] = [];
  try {
    visit(parse(text, { luaVersion: '5.3', comments: false, scope: false, locations: true }), (node) => {
      if (node.type !== 'BinaryExpression') return;
      const number = isTime(node.left) ? valueOf(node.right) : isTime(node.right) ? valueOf(node.left) : null;
      if (number === null || node.loc === undefined) return;
      const isMoment = COMPARES.has(node.operator) && number >= 1e9 && number < 1e11;
      const isSpan = (node.operator === '+' || node.operator === '-') && SPANS.has(number);
      if (!isMoment && !isSpan) return;
      const message = `Times in ao are milliseconds: ${isMoment ? `${number} is a moment in January 1970` : `${number} is ${number / 1000} seconds`} here. Write ${number} * 1000.`;
      marks.push({ message, line: node.loc.start.line, column: node.loc.start.column + 1 });
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return marks;
}

/** `….Timestamp`, `os.time()`, and sums with them. */
function isTime(node: Expression): boolean {
  if (node.type === 'MemberExpression') return node.identifier.name === 'Timestamp';
  if (node.type === 'BinaryExpression' && (node.operator === '+' || node.operator === '-')) return isTime(node.left) || isTime(node.right);
  if (node.type !== 'CallExpression' || node.base.type !== 'MemberExpression') return false;
  const { base, identifier } = node.base;
  return identifier.name === 'time' && base.type === 'Identifier' && base.name === 'os' && node.arguments.length === 0;
}

/** A number, or a product of numbers; null for everything else. */
function valueOf(node: Expression): number | null {
  if (node.type === 'NumericLiteral') return node.value;
  if (node.type !== 'BinaryExpression' || node.operator !== '*') return null;
  const [left, right] = [valueOf(node.left), valueOf(node.right)];
  return left === null || right === null ? null : left * right;
}

function visit(node: Node, look: (node: Node) => void): void {
  look(node);
  for (const part of Object.values(node) as unknown[])
    for (const one of Array.isArray(part) ? part : [part]) if (isNode(one)) visit(one, look);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
