import { meantIn, localOf } from '../meaning.ts';
import { apiEntry } from '../../../node/lua/api/api.ts';
import { childOf, nodeAt, textOf, type Syntax } from '../syntax.ts';
import { edit, type LintPlace } from './lint.ts';

const COUNTS = new Set(['+', '-', '*', '/', '//', '%', '^']);
const COMPARES = new Set(['<', '>', '<=', '>=']);
const EQUALS = new Set(['==', '~=']);
/** What a file calls the big integers. */
const BINT_NAME = /\blocal\s+(\w+)\s*=\s*require\s*\(?\s*["']\.bint["']/;

/** The operator between the two sides of an expression. */
export function operatorOf(text: string, { children }: Syntax): string {
  const [left, right] = children;
  return left === undefined || right === undefined
    ? ''
    : text.slice(left.end, right.start).replace(/--.*$/gm, '').replaceAll(/[()]/g, '').trim();
}

/** Tags are text: one that is counted with, or compared with a number, has to be made a number first. */
export function lintNumbers(place: LintPlace, node: Syntax): void {
  const { text } = place.facts;
  const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
  const operator = operatorOf(text, node);
  if (left === null || right === null) return;
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const isEquals = EQUALS.has(operator) && isPlainNumber(text, other);
    if (isEquals && isBint(place, side)) markBint(place, side, other);
    const isMeant = COUNTS.has(operator) || isEquals || (COMPARES.has(operator) && isNumber(text, other));
    if (!isMeant || !isTag(place, side)) continue;
    const written = textOf(text, side);
    const what = COUNTS.has(operator)
      ? `${written} is the text of a tag. Lua counts with it as a float, or fails where it is none.`
      : `${written} is the text of a tag. ${isEquals ? 'No text is equal to a number.' : 'Comparing it with a number is an error.'}`;
    place.mark(side, 'TAG_AS_NUMBER', what, edit(`Write tonumber(${written})`, side, `tonumber(${written})`));
  }
}

function isNumber(text: string, node: Syntax): boolean {
  if (node.type === 'number') return true;
  if (node.type === 'unary_expression') return text[node.start] === '#' || text[node.start] === '-';
  return node.type === 'function_call' && /^(tonumber|math\.\w+|os\.time)\b/.test(textOf(text, node));
}

/** Lua asks a bint's own comparison of `==` only where both sides are tables; `<` and the like it asks always. */
function markBint(place: LintPlace, side: Syntax, other: Syntax): void {
  const { text } = place.facts;
  const [written, number] = [textOf(text, side), textOf(text, other)];
  const name = BINT_NAME.exec(text)?.[1];
  const fix = name === undefined ? null : edit(`Write ${name}(${number})`, other, `${name}(${number})`);
  place.mark(other, 'BINT_AS_NUMBER', `${written} is a bint, and ${number} is none: they are never equal.`, fix);
}

function isBint({ facts, meaning }: LintPlace, node: Syntax): boolean {
  return meaning.homeOf(meantIn(facts, node)) === '.bint';
}

/** A number as Lua itself has them, for certain. */
function isPlainNumber(text: string, node: Syntax): boolean {
  if (node.type === 'unary_expression') return text[node.start] === '#' || node.children[0]?.type === 'number';
  return isNumber(text, node);
}

/** `msg.Tags.X`, `msg.X` for what is no field of a message, and a local that was given such a value once and for all. */
function isTag(place: LintPlace, node: Syntax): boolean {
  const { facts, meaning } = place;
  const { text } = facts;
  if (node.type === 'identifier') {
    const local = localOf(meantIn(facts, node));
    if (local === null || local.kind !== 'local' || local.value === null || local.value.type === 'identifier') return false;
    const isChanged = local.uses.slice(1).some(({ end }) => nodeAt(facts.root, end).parent?.type === 'variable_list');
    return !isChanged && isTag(place, local.value);
  }
  if (node.type !== 'dot_index_expression') return false;
  const [base, name] = [childOf(node, 'table'), childOf(node, 'field')];
  if (base === null || name === null) return false;
  const home = meaning.homeOf(meantIn(facts, base));
  if (home === 'tags') return true;
  return home === 'msg' && apiEntry('msg', textOf(text, name)) === undefined && /^[A-Z]/.test(textOf(text, name));
}
