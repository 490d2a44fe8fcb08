import { apiEntry, homeOfType, LIBRARIES } from '../../node/lua/api/api.ts';
import type { ApiEntry } from '../../node/lua/api/entry.ts';
import { testGlobals } from '../../node/lua/api/tests.ts';
import { docAbove, type LuaDoc, type LuaField } from './doc.ts';
import { localSeen, type Facts, type GlobalUse, type LocalSymbol } from './scopes.ts';
import { childOf, childOfType, stringOf, textOf, type Syntax } from './syntax.ts';

/** An expression and the file whose names it uses. `place` is where it stands, for one that is no part of the file. */
export interface Meant {
  readonly facts: Facts;
  readonly text: string;
  readonly node: Syntax;
  readonly place: number | null;
}

/** The files of a project, as far as the meaning of a name depends on them. */
export interface Files {
  /** Those that require each other, the given one first. */
  around(path: string): readonly Facts[];
  /** The file that `require(name)` in `path` loads; null for a library and for what is not there. */
  required(path: string, name: string): Facts | null;
}

export interface Member {
  readonly name: string;
  readonly facts: Facts;
  readonly use: Pick<GlobalUse, 'at' | 'value'>;
}

const HANDLER_CALLS = /^Handlers\.(add|append|prepend|once)$|\.onReply$|^Handlers\.(before|after)\(.*\)\.add$/s;
const MESSAGES: ReadonlySet<string> = new Set(['msg', 'message']);
const DEPTH_MAX = 12;

export function meantIn(facts: Facts, node: Syntax): Meant {
  return { facts, text: facts.text, node, place: null };
}

function inside(meant: Meant, node: Syntax): Meant {
  return { ...meant, node };
}

/** The local that an identifier means; null for a global and for another expression. */
export function localOf({ facts, text, node, place }: Meant): LocalSymbol | null {
  if (node.type !== 'identifier') return null;
  return place === null ? (facts.localAt.get(node.start) ?? null) : localSeen(facts, textOf(text, node), place);
}

/** What expressions are, as far as the text tells. */
export class Meaning {
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  /** The row of the table that an expression means; undefined where it means none. */
  entryOf(meant: Meant): ApiEntry | undefined {
    const { node, text } = meant;
    if (node.type === 'identifier') {
      const name = textOf(text, node);
      return localOf(meant) === null ? (testGlobals(meant.facts.path).get(name) ?? apiEntry('', name)) : undefined;
    }
    const [base, name] = [childOf(node, 'table'), childOf(node, 'field') ?? childOf(node, 'method')];
    if (base === null || name?.type !== 'identifier') return undefined;
    const home = this.homeOf(inside(meant, base));
    return home === null ? undefined : apiEntry(home, textOf(text, name));
  }

  /** The home whose members an expression has; null where none is known. `class:X` for an annotated class. */
  homeOf(meant: Meant, depth = 0): string | null {
    const { node } = meant;
    if (depth > DEPTH_MAX) return null;
    if (node.type === 'parenthesized_expression' && node.children[0] !== undefined)
      return this.homeOf(inside(meant, node.children[0]), depth + 1);
    if (node.type === 'string') return 'string';
    if (node.type === 'function_call') return this.#homeOfCall(meant, depth);
    if (node.type === 'identifier') {
      const local = localOf(meant);
      if (local !== null) return this.#homeOfLocal(meant.facts, local, depth);
    }
    const [base, name] = [childOf(node, 'table'), childOf(node, 'field')];
    if (base !== null && name?.type === 'identifier') {
      const home = this.homeOf(inside(meant, base), depth + 1);
      if (home === null) return null;
      const field = this.fieldsOf(home, meant.facts.path).find((one) => one.name === textOf(meant.text, name));
      return this.#homeNamed(field?.type ?? apiEntry(home, textOf(meant.text, name))?.holds ?? null);
    }
    return this.#homeNamed(this.entryOf(meant)?.holds ?? null);
  }

  /** Fields of an annotated class. */
  fieldsOf(home: string, path: string): readonly LuaField[] {
    if (!home.startsWith('class:')) return [];
    const name = home.slice('class:'.length);
    return this.#files
      .around(path)
      .flatMap(({ docs }) => docs.filter(({ className }) => className === name).flatMap(({ fields }) => fields));
  }

  #homeNamed(type: string | null): string | null {
    if (type === null || type === 'any' || type === 'function') return null;
    return homeOfType(type) ?? (/^[A-Z]\w*$/.test(type) ? `class:${type}` : null);
  }

  #homeOfLocal(facts: Facts, local: LocalSymbol, depth: number): string | null {
    const { value, name, kind, at } = local;
    if (kind === 'parameter') {
      if (value?.type === 'function_definition' && isHandle(facts.text, value, local)) return 'msg';
      const typed = value === null ? null : docOf(facts, value)?.parameters.get(name)?.type;
      return this.#homeNamed(typed ?? null) ?? (MESSAGES.has(name) ? 'msg' : null);
    }
    const typed = docAbove(facts.text, at.start)?.type;
    if (typed !== undefined && typed !== null) return this.#homeNamed(typed);
    return value === null || (value.type.startsWith('function') && value.type !== 'function_call')
      ? null
      : this.homeOf(meantIn(facts, value), depth + 1);
  }

  #homeOfCall(meant: Meant, depth: number): string | null {
    const callee = childOf(meant.node, 'name');
    if (callee === null) return null;
    const required = requiredName(meant.text, meant.node);
    if (required !== null) return LIBRARIES.get(required) ?? null;
    const home = this.homeOf(inside(meant, callee), depth + 1);
    if (home === '.bint()' || home === '.bint') return '.bint';
    const returns = this.entryOf(inside(meant, callee))?.returns;
    if (returns !== undefined && returns !== null) return this.#homeNamed(returns);
    const made = this.definitionOf(inside(meant, callee))[0];
    const value = made?.use.value;
    const doc = made === undefined || value === null || value === undefined ? null : docOf(made.facts, value);
    return this.#homeNamed(doc?.returns?.split(/\s/)[0] ?? null);
  }

  /** Tells tables apart: two expressions of one owner have the same members. Null where that is not known. */
  ownerOf(meant: Meant, depth = 0): string | null {
    const { facts, text, node } = meant;
    if (depth > DEPTH_MAX) return null;
    if (node.type === 'function_call') {
      const name = requiredName(text, node);
      const file = name === null ? null : this.#files.required(facts.path, name);
      if (file?.returned === null || file === null) return null;
      return this.ownerOf(meantIn(file, file.returned), depth + 1);
    }
    if (node.type === 'table_constructor') return `${facts.path}#${node.start}`;
    if (node.type === 'identifier') {
      const local = localOf(meant);
      if (local === null)
        return `global#${
          this.#files
            .around(facts.path)
            .map(({ path }) => path)
            .sort()[0] ?? ''
        }#${textOf(text, node)}`;
      const isAlias =
        local.value !== null &&
        ['identifier', 'dot_index_expression', 'function_call'].includes(local.value.type) &&
        local.kind !== 'function';
      const aliased = isAlias && local.value !== null ? this.ownerOf(meantIn(facts, local.value), depth + 1) : null;
      if (aliased !== null) return aliased;
      return local.value?.type === 'table_constructor' ? `${facts.path}#${local.value.start}` : `${facts.path}#${local.at.start}`;
    }
    const [base, name] = [childOf(node, 'table'), childOf(node, 'field')];
    if (base === null || name?.type !== 'identifier') return null;
    const owner = this.ownerOf(inside(meant, base), depth + 1);
    return owner === null ? null : `${owner}.${textOf(text, name)}`;
  }

  /** Where members of an owner are made: `M.f = …`, `function M.f()`, `{ f = … }`. */
  membersOf(owner: string, path: string): Member[] {
    const found: Member[] = [];
    for (const facts of this.#files.around(path)) {
      for (const use of facts.members)
        if (use.isWrite && this.ownerOf(meantIn(facts, use.base)) === owner) found.push({ name: use.name, facts, use });
      for (const { value, isWrite, name } of facts.globals)
        if (isWrite && value !== null && owner.startsWith('global#') && owner.endsWith(`#${name}`)) found.push(...inTable(facts, value));
      const [file, start] = [owner.slice(0, owner.lastIndexOf('#')), Number(owner.slice(owner.lastIndexOf('#') + 1))];
      const made =
        file === facts.path ? facts.locals.find(({ value }) => value?.type === 'table_constructor' && value.start === start) : undefined;
      if (made?.value !== undefined && made.value !== null) found.push(...inTable(facts, made.value));
      if (file === facts.path && facts.returned?.type === 'table_constructor' && facts.returned.start === start)
        found.push(...inTable(facts, facts.returned));
    }
    return found;
  }

  /** Where the name of an expression is made in the project; empty for the runtime's own. */
  definitionOf(meant: Meant): Member[] {
    const { facts, text, node } = meant;
    if (node.type === 'identifier') {
      const local = localOf(meant);
      if (local !== null) return [{ name: local.name, facts, use: local }];
      return this.globalsOf(facts.path).filter(({ name }) => name === textOf(text, node));
    }
    const [base, name] = [childOf(node, 'table'), childOf(node, 'field') ?? childOf(node, 'method')];
    if (base === null || name?.type !== 'identifier') return [];
    const owner = this.ownerOf(inside(meant, base));
    return owner === null ? [] : this.membersOf(owner, facts.path).filter((one) => one.name === textOf(text, name));
  }

  /** Globals that the files around a file make, each where it is made first. */
  globalsOf(path: string): Member[] {
    const found = new Map<string, Member>();
    for (const facts of this.#files.around(path))
      for (const use of facts.globals) if (use.isWrite && !found.has(use.name)) found.set(use.name, { name: use.name, facts, use });
    return [...found.values()];
  }
}

function inTable(facts: Facts, value: Syntax): Member[] {
  const table = value.type === 'binary_expression' ? (value.children.find(({ type }) => type === 'table_constructor') ?? value) : value;
  if (table.type !== 'table_constructor') return [];
  return table.children.flatMap((field) => {
    const [name, held] = [childOf(field, 'name'), childOf(field, 'value')];
    return name?.type === 'identifier' ? [{ name: textOf(facts.text, name), facts, use: { at: name, value: held } }] : [];
  });
}

/** The name in `require("name")`; null for another call. */
export function requiredName(text: string, call: Syntax): string | null {
  const callee = childOf(call, 'name');
  if (callee === null || textOf(text, callee) !== 'require') return null;
  return stringOf(text, childOfType(call, 'arguments')?.children[0]);
}

/** True for the first parameter of a function that is given to a handler. */
function isHandle(text: string, made: Syntax, { at }: LocalSymbol): boolean {
  if (childOf(made, 'parameters')?.children[0]?.start !== at.start) return false;
  const call = made.parent?.type === 'arguments' ? made.parent.parent : null;
  const callee = call === null ? null : childOf(call, 'name');
  return callee !== null && HANDLER_CALLS.test(textOf(text, callee));
}

/** The comment above the statement that makes a value. */
export function docOf(facts: Facts, value: Syntax): LuaDoc | null {
  let node = value;
  while (node.parent !== null && !['chunk', 'block'].includes(node.parent.type) && node.type !== 'field') node = node.parent;
  return docAbove(facts.text, node.start);
}

/** The names of a function's parameters; null for what is no function. */
export function parametersOf(text: string, value: Syntax | null): string[] | null {
  if (value === null || !['function_declaration', 'function_definition'].includes(value.type)) return null;
  return (childOf(value, 'parameters')?.children ?? []).map((one) => textOf(text, one));
}
