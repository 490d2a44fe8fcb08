import { API_HOMES, apiEntry } from '../../../node/lua/api/api.ts';
import { testGlobals } from '../../../node/lua/api/tests.ts';
import type { Facts, GlobalUse } from '../scopes.ts';
import { childOf, nodeAt, type Syntax } from '../syntax.ts';
import { edit, functionsAround, nearest, type LintPlace } from './lint.ts';
import { lintRuntime } from './runtimes.ts';

/** Globals that nobody makes, and those that a function makes by accident. */
export function lintGlobals(place: LintPlace): void {
  const { facts, files } = place;
  const made = new Set<string>();
  const madeAtTop = new Set<string>();
  for (const path of files.paths) {
    const of = files.factsOf(path);
    for (const { name, isAtTop } of of === null ? [] : madeIn(of)) {
      made.add(name);
      if (isAtTop) madeAtTop.add(name);
    }
  }
  const leaked = new Set<string>();
  const asked = askedFor(place);
  for (const use of facts.globals) {
    const { name, at, isWrite } = use;
    const entry = apiEntry('', name);
    if (entry !== undefined && !isWrite && !made.has(name)) lintRuntime(place, at, name, entry);
    if (entry !== undefined || testGlobals(facts.path).has(name)) continue;
    if (isWrite && !madeAtTop.has(name) && !leaked.has(name) && /^[a-z_]/.test(name) && name !== '_') {
      leaked.add(name);
      lintLeak(place, use);
    } else if (!isWrite && !made.has(name) && !asked.has(name)) {
      const meant = nearest(name, [...(API_HOMES.get('') ?? []).map((entry) => entry.name), ...made, ...localsAt(place, at.start)]);
      const fix = meant === null ? null : edit(`Write ${meant}`, at, meant);
      place.mark(at, 'UNDEFINED_GLOBAL', `Nothing in the project makes the global ${name}: it is nil here.`, fix);
    }
  }
}

interface MadeGlobal {
  readonly name: string;
  readonly isAtTop: boolean;
}

/** By the text that makes them: of fifty files one changes at a time. */
const known = new WeakMap<Facts, readonly MadeGlobal[]>();

function madeIn(facts: Facts): readonly MadeGlobal[] {
  const found =
    known.get(facts) ??
    facts.globals.flatMap(({ name, isWrite, at }) => {
      const around = isWrite ? functionsAround(nodeAt(facts.root, at.end)) : [];
      // The name of a global function stands in that function.
      return isWrite ? [{ name, isAtTop: around.every((one) => childOf(one, 'name')?.end === at.end) }] : [];
    });
  known.set(facts, found);
  return found;
}

function localsAt({ facts }: LintPlace, at: number): string[] {
  return facts.locals.filter(({ from, to }) => from <= at && at <= to).map(({ name }) => name);
}

/** Globals that the text itself asks for: `if Peers then`, `Peers and …`, `Peers == nil`, `type(Peers)`. */
function askedFor({ facts }: LintPlace): Set<string> {
  const asked = new Set<string>();
  for (const { name, at } of facts.globals) {
    const node = nodeAt(facts.root, at.end);
    if (isAsked(facts.text, node)) asked.add(name);
  }
  return asked;
}

function isAsked(text: string, node: Syntax): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (node.field === 'condition') return true;
  if (parent.type === 'unary_expression') return text.startsWith('not', parent.start);
  if (parent.type === 'arguments') return /^type$/.test(text.slice(parent.parent?.start, parent.start).trim());
  if (parent.type !== 'binary_expression') return false;
  const [left, right] = parent.children;
  const operator = left === undefined || right === undefined ? '' : text.slice(left.end, right.start).trim();
  if (operator === 'and' || operator === 'or') return node === left || node.parent?.field === 'condition';
  return (operator === '==' || operator === '~=') && (left?.type === 'nil' || right?.type === 'nil');
}

function lintLeak(place: LintPlace, { name, at }: GlobalUse): void {
  const { facts } = place;
  const node = nodeAt(facts.root, at.end);
  const statement = node.parent?.type === 'variable_list' ? node.parent.parent : node.parent;
  const isAlone = statement !== null && (statement.type === 'function_declaration' || node.parent?.children.length === 1);
  const fix = isAlone ? edit(`Make ${name} local`, { start: statement.start, end: statement.start }, 'local ') : null;
  place.mark(at, 'LEAKED_GLOBAL', `${name} becomes a global when this function runs, and stays in the memory of the process.`, fix);
}
