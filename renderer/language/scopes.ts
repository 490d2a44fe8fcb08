import { docAbove, type LuaDoc } from './doc.ts';
import { childOf, childOfType, textOf, type Parsed, type Span, type Syntax, type TextError } from './syntax.ts';

/** A local name: where it is made, where it is seen, and every place that means it. */
export interface LocalSymbol {
  readonly name: string;
  readonly kind: 'local' | 'parameter' | 'function';
  readonly at: Span;
  /** The stretch of the text in which it is seen. */
  readonly from: number;
  readonly to: number;
  /** What it was given first; the function for a parameter's and a function's own name. */
  readonly value: Syntax | null;
  readonly uses: Span[];
}

/** A place where a name is meant that no local hides. */
export interface GlobalUse {
  readonly name: string;
  readonly at: Span;
  readonly isWrite: boolean;
  readonly value: Syntax | null;
}

/** A place where a member is meant: `base.name`. */
export interface MemberUse extends GlobalUse {
  readonly base: Syntax;
}

/** What is known about one file. */
export interface Facts {
  readonly path: string;
  readonly text: string;
  readonly root: Syntax;
  readonly errors: readonly TextError[];
  readonly locals: readonly LocalSymbol[];
  readonly globals: readonly GlobalUse[];
  readonly members: readonly MemberUse[];
  /** By where the name begins. */
  readonly localAt: ReadonlyMap<number, LocalSymbol>;
  /** What `return` at the end of the file gives to who requires it. */
  readonly returned: Syntax | null;
  readonly docs: readonly LuaDoc[];
}

interface Scope {
  readonly names: Map<string, LocalSymbol>;
  readonly outer: Scope | null;
  readonly end: number;
}

/** Who means what in a text. */
export function factsOf(path: string, text: string, { root, errors }: Parsed): Facts {
  const walk = new ScopeWalk(text);
  const top: Scope = { names: new Map(), outer: null, end: text.length };
  walk.children(root, top);
  const last = root.children.findLast(({ type }) => type !== 'comment');
  const returned = last?.type === 'return_statement' ? (last.children[0]?.children[0] ?? null) : null;
  const docs = [...text.matchAll(/^[ \t]*---@class .*$/gm)].flatMap(({ index, 0: line }) => {
    const rest = /^(?:[ \t]*---.*\n?)+/.exec(text.slice(index))?.[0] ?? line;
    return docAbove(`${rest.trimEnd()}\n`, rest.trimEnd().length + 1) ?? [];
  });
  return {
    path,
    text,
    root,
    errors,
    returned,
    docs,
    locals: walk.locals,
    globals: walk.globals,
    members: walk.members,
    localAt: walk.localAt,
  };
}

class ScopeWalk {
  readonly locals: LocalSymbol[] = [];
  readonly globals: GlobalUse[] = [];
  readonly members: MemberUse[] = [];
  readonly localAt = new Map<number, LocalSymbol>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  children(node: Syntax, scope: Scope): void {
    for (const child of node.children) this.visit(child, scope);
  }

  visit(node: Syntax, scope: Scope): void {
    switch (node.type) {
      case 'identifier':
        return this.#name(node, scope, false, null);
      case 'dot_index_expression':
      case 'method_index_expression':
        return this.#member(node, scope, false, null);
      case 'variable_declaration':
        return this.#local(node, scope);
      case 'assignment_statement':
        return this.#assignment(node, scope);
      case 'function_declaration':
        return this.#declaration(node, scope);
      case 'function_definition':
        return this.#body(node, scope, null);
      case 'for_statement':
        return this.#loop(node, scope);
      case 'block':
      case 'do_statement':
      case 'while_statement':
      case 'if_statement':
        return this.children(node, { names: new Map(), outer: scope, end: node.end });
      case 'repeat_statement': {
        // What the body makes is seen by the condition.
        const inner: Scope = { names: new Map(), outer: scope, end: node.end };
        for (const child of node.children)
          if (child.type === 'block') this.children(child, inner);
          else this.visit(child, inner);
        return;
      }
      case 'field': {
        const key = childOf(node, 'name');
        for (const child of node.children) if (child !== key || this.#text[node.start] === '[') this.visit(child, scope);
        return;
      }
      case 'goto_statement':
      case 'label_statement':
      case 'attribute':
      case 'comment':
        return;
      default:
        this.children(node, scope);
    }
  }

  #declare(at: Syntax, kind: LocalSymbol['kind'], from: number, scope: Scope, value: Syntax | null, name = textOf(this.#text, at)): void {
    const { start, end } = at;
    const symbol: LocalSymbol = { name, kind, at: { start, end }, from, to: scope.end, value, uses: [{ start, end }] };
    scope.names.set(name, symbol);
    this.locals.push(symbol);
    if (textOf(this.#text, at) === name) this.localAt.set(start, symbol);
  }

  #name(node: Syntax, scope: Scope, isWrite: boolean, value: Syntax | null): void {
    const name = textOf(this.#text, node);
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      const symbol = at.names.get(name);
      if (symbol === undefined) continue;
      symbol.uses.push({ start: node.start, end: node.end });
      this.localAt.set(node.start, symbol);
      return;
    }
    this.globals.push({ name, at: { start: node.start, end: node.end }, isWrite, value });
  }

  #member(node: Syntax, scope: Scope, isWrite: boolean, value: Syntax | null): void {
    const base = childOf(node, 'table');
    const member = childOf(node, 'field') ?? childOf(node, 'method');
    if (base === null || member === null) return this.children(node, scope);
    this.visit(base, scope);
    this.members.push({ base, name: textOf(this.#text, member), at: { start: member.start, end: member.end }, isWrite, value });
  }

  #local(node: Syntax, scope: Scope): void {
    const assigned = childOfType(node, 'assignment_statement') ?? node;
    const values = childOfType(assigned, 'expression_list')?.children ?? [];
    for (const value of values) this.visit(value, scope);
    const names = childOfType(assigned, 'variable_list')?.children.filter(({ type }) => type === 'identifier') ?? [];
    for (const [index, name] of names.entries()) this.#declare(name, 'local', node.end, scope, values[index] ?? null);
  }

  #assignment(node: Syntax, scope: Scope): void {
    const values = childOfType(node, 'expression_list')?.children ?? [];
    for (const value of values) this.visit(value, scope);
    for (const [index, target] of (childOfType(node, 'variable_list')?.children ?? []).entries())
      this.#write(target, scope, values[index] ?? null);
  }

  #write(target: Syntax, scope: Scope, value: Syntax | null): void {
    if (target.type === 'identifier') this.#name(target, scope, true, value);
    else if (target.type === 'dot_index_expression' || target.type === 'method_index_expression') this.#member(target, scope, true, value);
    else this.visit(target, scope);
  }

  #declaration(node: Syntax, scope: Scope): void {
    const name = childOf(node, 'name');
    const isLocal = this.#text.startsWith('local', node.start);
    if (name !== null && isLocal) this.#declare(name, 'function', node.start, scope, node);
    else if (name !== null) this.#write(name, scope, node);
    this.#body(node, scope, name?.type === 'method_index_expression' ? name : null);
  }

  /** Parameters and body of a function. A method also has `self`. */
  #body(node: Syntax, scope: Scope, method: Syntax | null): void {
    const inner: Scope = { names: new Map(), outer: scope, end: node.end };
    const self = method === null ? null : childOf(method, 'table');
    if (self !== null) this.#declare(self, 'parameter', node.start, inner, self, 'self');
    for (const one of childOf(node, 'parameters')?.children ?? [])
      if (one.type === 'identifier') this.#declare(one, 'parameter', one.end, inner, node);
    const body = childOf(node, 'body');
    if (body !== null) this.children(body, inner);
  }

  #loop(node: Syntax, scope: Scope): void {
    const clause = childOf(node, 'clause');
    const body = childOf(node, 'body');
    const inner: Scope = { names: new Map(), outer: scope, end: node.end };
    if (clause !== null) {
      const names =
        clause.type === 'for_numeric_clause'
          ? clause.children.filter(({ field }) => field === 'name')
          : (clause.children[0]?.children ?? []);
      for (const child of clause.children) if (!names.includes(child) && child.type !== 'variable_list') this.visit(child, scope);
      for (const name of names) this.#declare(name, 'local', clause.end, inner, null);
    }
    if (body !== null) this.children(body, inner);
  }
}

/** The local that a name means at a place of the text; the innermost one. */
export function localSeen(facts: Facts, name: string, place: number): LocalSymbol | null {
  return facts.locals.findLast((one) => one.name === name && one.from <= place && place <= one.to) ?? null;
}
