import { LUA_KEYWORDS } from '../../../../contract/lua-words.ts';
import { LUA, type LuaThread } from '../glue.ts';
import { printText } from '../state-keys.ts';
import type { LuaProbe } from './probe.ts';
import { kindAt, pushFieldOf, showAt, stringAt } from './show.ts';

type Literal = string | number | boolean | null;
type Operator = '==' | '~=' | '<' | '<=' | '>' | '>=';

/** A place in the state, compared with a value or not: `Balances.alice < 0`. */
export interface PathExpression {
  readonly path: readonly (string | number)[];
  readonly comparison: { readonly operator: Operator; readonly literal: Literal } | null;
}

/** What such an expression gives. */
export interface Peeked {
  readonly kind: ReturnType<typeof kindAt>;
  readonly preview: string;
  readonly isTrue: boolean;
  /** A text was made in the program's memory: a name that no table has, or a long one. */
  readonly isTouched: boolean;
}

/** Lua keeps one of each shorter text (LUAI_MAXSHORTLEN), which is there already where a table has it as a key. */
const SHORT_TEXT_MAX = 40;

const NAME = /^[A-Za-z_]\w*/;
const STEP = /^\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|(-?\d+))\s*\])/;
const COMPARISON = /^\s*(==|~=|<=|>=|<|>)\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)'|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(true|false|nil))\s*$/i;

/**
 * Reads an expression that is a place in the state, compared with a plain value or alone. Such a one can be looked up
 * without leaving a trace in the program's memory, and so in every slot at no cost.
 * @returns null for any other expression.
 */
export function parsePath(expression: string): PathExpression | null {
  let rest = expression.trim();
  const [first] = NAME.exec(rest) ?? [];
  if (first === undefined || LUA_KEYWORDS.has(first)) return null;
  rest = rest.slice(first.length);
  const path: (string | number)[] = [first];
  for (let step = STEP.exec(rest); step !== null; step = STEP.exec(rest)) {
    const [whole, name, double, single, index] = step;
    if ((double ?? single ?? '').includes('\\')) return null;
    path.push(index === undefined ? (name ?? double ?? single ?? '') : Number(index));
    rest = rest.slice(whole.length);
  }
  if (rest.trim() === '') return { path, comparison: null };
  const [, operator, double, single, number, word] = COMPARISON.exec(rest) ?? [];
  if (operator === undefined) return null;
  const literal = number === undefined ? (double ?? single ?? wordOf(word)) : Number(number);
  return { path, comparison: { operator: operator as Operator, literal } };
}

/** A path of the state (printed keys) as the expression for it. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : printText(step)))
    .join('')
    .replace(/^\./, '');
}

/** Looks the expression up in the state, between two messages. */
export function peek(probe: LuaProbe, main: LuaThread, { path, comparison }: PathExpression): Peeked {
  const { lua } = probe;
  const bottom = lua.lua_gettop(main);
  try {
    let isTouched = false;
    probe.sourceOn(main).pushGlobals();
    for (const step of path) {
      if (typeof step === 'string') {
        const isLookedUp = lua.lua_type(main, -1) === LUA.table;
        pushFieldOf(probe, main, -1, step);
        isTouched ||= isLookedUp && (lua.lua_type(main, -1) === LUA.nil || Buffer.byteLength(step) > SHORT_TEXT_MAX);
      } else if (lua.lua_type(main, -1) === LUA.table) lua.lua_rawgeti(main, -1, BigInt(step));
      else lua.lua_pushnil(main);
      // Takes the place of what it was found in: however deep a path is, the stack is not.
      lua.lua_copy(main, -1, bottom + 1);
      lua.lua_settop(main, bottom + 1);
    }
    if (comparison !== null) {
      const isTrue = holds(probe, main, comparison.operator, comparison.literal);
      return { kind: 'boolean', preview: String(isTrue), isTrue, isTouched };
    }
    const kind = kindAt(probe, main, -1);
    const preview = showAt(probe, main, -1, 3);
    return { kind, preview, isTrue: kind !== 'nil' && preview !== 'false', isTouched };
  } finally {
    lua.lua_settop(main, bottom);
  }
}

function holds(probe: LuaProbe, main: LuaThread, operator: Operator, literal: Literal): boolean {
  const { lua } = probe;
  const type = lua.lua_type(main, -1);
  const value: Literal | undefined =
    type === LUA.nil
      ? null
      : type === LUA.boolean
        ? lua.lua_toboolean(main, -1) !== 0
        : type === LUA.number
          ? lua.lua_tonumberx(main, -1, 0)
          : (stringAt(probe, main, -1) ?? undefined);
  if (operator === '==') return value === literal;
  if (operator === '~=') return value !== literal;
  // As in Lua, only numbers among each other and texts among each other have an order.
  if (!((typeof value === 'number' && typeof literal === 'number') || (typeof value === 'string' && typeof literal === 'string')))
    return false;
  if (operator === '<') return value < literal;
  if (operator === '<=') return value <= literal;
  return operator === '>' ? value > literal : value >= literal;
}

function wordOf(word: string | undefined): Literal {
  return word === 'nil' ? null : word === 'true';
}
