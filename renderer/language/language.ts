import { writtenSignature } from '../../node/lua/api/api.ts';
import type { ApiEntry } from '../../node/lua/api/entry.ts';
import type { Completion, FileSpan, HandlerRow, HoverText, Indent, LanguageAnswers, Mark, OutlineRow, Signature } from './answers.ts';
import { callAround } from './around-cursor.ts';
import { completionsAt } from './complete.ts';
import { handlerRowsOf } from './handlers.ts';
import { lintsOf } from './lint/lints.ts';
import { docOf, localOf, Meaning, meantIn, parametersOf, requiredName, type Meant, type Member } from './meaning.ts';
import { foldsOf, outlineOf } from './outline.ts';
import { ProjectFiles } from './project-files.ts';
import type { Facts } from './scopes.ts';
import { childOf, nodeAt, textOf, type LuaParser, type Span, type Syntax } from './syntax.ts';

/** Understands the Lua of a project. Knows only the files that it was told of. */
export class Language implements LanguageAnswers {
  readonly #files: ProjectFiles;
  readonly #meaning: Meaning;
  /** Of each file the last text that parsed: scopes are told from it while a line is half written. */
  readonly #whole = new Map<string, Facts>();

  readonly #format: LanguageAnswers['format'];

  constructor(parse: LuaParser, format: LanguageAnswers['format']) {
    this.#files = new ProjectFiles(parse);
    this.#meaning = new Meaning(this.#files);
    this.#format = format;
  }

  put(path: string, text: string | null): void {
    this.#files.put(path, text);
    if (text === null) this.#whole.delete(path);
  }

  runOn(sources: Parameters<LanguageAnswers['runOn']>[0]): void {
    this.#files.runOn(sources);
  }

  check(path: string): readonly Mark[] {
    const facts = this.#read(path);
    if (facts === null) return [];
    if (facts.errors.length === 0) return lintsOf(facts, this.#files, this.#meaning);
    return facts.errors.map(({ start, end, message }) => ({ start, end, message, code: 'LUA_SYNTAX', severity: 'error', fix: null }));
  }

  format(text: string, indent: Indent): Promise<string> {
    return this.#format(text, indent);
  }

  complete(path: string, text: string, place: number): readonly Completion[] {
    return this.#files.hurried(() => this.#completions(path, text, place));
  }

  #completions(path: string, text: string, place: number): readonly Completion[] {
    const read = this.#readWhole(path);
    if (read === null) return [];
    // A file that never parsed may do so with a name where one is being typed.
    const facts = read.errors.length === 0 ? read : this.#files.tried(path, `${text.slice(0, place)}_${text.slice(place)}`);
    return completionsAt(this.#files, this.#meaning, facts, text, place);
  }

  completeTyped(path: string | null, text: string, place: number): readonly Completion[] {
    return this.#files.hurried(() => {
      // With a name where one is being typed, most lines parse.
      const facts = this.#files.tried(path ?? '', `${text.slice(0, place)}_${text.slice(place)}`);
      return completionsAt(this.#files, this.#meaning, facts, text, place);
    });
  }

  signature(path: string, text: string, place: number): Signature | null {
    return this.#files.hurried(() => this.#signature(path, text, place));
  }

  #signature(path: string, text: string, place: number): Signature | null {
    const facts = this.#readWhole(path);
    const call = callAround(text, place);
    const node = call === null ? null : this.#files.expression(call.callee);
    if (facts === null || call === null || node === null) return null;
    const meant: Meant = { facts, text: `return ${call.callee}`, node, place: Math.min(place, facts.text.length) };
    const entry = this.#meaning.entryOf(meant);
    if (entry !== undefined) return ofEntry(entry, call.argument);
    const [made] = this.#meaning.definitionOf(meant);
    return made === undefined ? null : ofFunction(made, call.callee, call.argument);
  }

  hover(path: string, place: number): HoverText | null {
    const meant = this.#meantAt(path, place);
    if (meant === null) return null;
    const { start, end } = meant.name;
    const entry = this.#meaning.entryOf(meant);
    if (entry !== undefined) return { start, end, code: writtenSignature(entry), about: aboutEntry(entry) };
    const [made] = this.#meaning.definitionOf(meant);
    if (made === undefined) return null;
    const local = localOf(meant);
    const home = this.#meaning.homeOf(meant);
    const parameters = parametersOf(made.facts.text, local?.kind === 'parameter' ? null : made.use.value);
    const doc = made.use.value === null ? null : docOf(made.facts, made.use.value);
    const typed = local?.kind === 'parameter' ? doc?.parameters.get(made.name) : undefined;
    const what = local === null ? '' : local.kind === 'parameter' ? '(parameter) ' : 'local ';
    const type = typed?.type ?? doc?.type ?? home?.replace(/^class:/, '');
    const code = `${what}${made.name}${parameters === null ? '' : `(${parameters.join(', ')})`}${parameters !== null && doc?.returns ? `: ${doc.returns}` : parameters === null && type ? `: ${type}` : ''}`;
    const notes = [...(doc?.parameters ?? [])].map(([name, one]) => `\`${name}\`: ${one.type} ${one.about}`);
    const about = typed?.about ?? [doc?.about ?? '', ...(local?.kind === 'parameter' ? [] : notes)].filter(Boolean).join('\n\n');
    return { start, end, code, about: made.facts.path === path ? about : [about, made.facts.path].filter(Boolean).join('\n\n') };
  }

  definition(path: string, place: number): readonly FileSpan[] {
    const facts = this.#read(path);
    if (facts === null) return [];
    const file = this.#requiredAt(facts, place);
    if (file !== null) return [{ path: file.path, start: file.returned?.start ?? 0, end: file.returned?.end ?? 0 }];
    const meant = this.#meantAt(path, place);
    return meant === null
      ? []
      : this.#meaning.definitionOf(meant).map(({ facts: { path: of }, use }) => ({ path: of, start: use.at.start, end: use.at.end }));
  }

  references(path: string, place: number): readonly FileSpan[] {
    const meant = this.#meantAt(path, place);
    return meant === null ? [] : this.#usesOf(meant);
  }

  renaming(path: string, place: number): ReturnType<LanguageAnswers['renaming']> {
    const meant = this.#meantAt(path, place);
    if (meant === null || this.#meaning.entryOf(meant) !== undefined || this.#meaning.definitionOf(meant).length === 0) return null;
    const name = textOf(meant.text, meant.name);
    const places = this.#usesOf(meant);
    return name === 'self' || places.length === 0 ? null : { name, at: { start: meant.name.start, end: meant.name.end }, places };
  }

  outline(path: string): readonly OutlineRow[] {
    const facts = this.#read(path);
    return facts === null ? [] : outlineOf(facts);
  }

  handlers(path: string): readonly HandlerRow[] {
    const facts = this.#read(path);
    return facts === null ? [] : handlerRowsOf(facts);
  }

  folds(path: string): readonly Span[] {
    const facts = this.#read(path);
    return facts === null ? [] : foldsOf(facts);
  }

  #read(path: string): Facts | null {
    const facts = this.#files.factsOf(path);
    if (facts !== null && facts.errors.length === 0) this.#whole.set(path, facts);
    return facts;
  }

  #readWhole(path: string): Facts | null {
    const facts = this.#read(path);
    return facts === null || facts.errors.length === 0 ? facts : (this.#whole.get(path) ?? facts);
  }

  /** The expression whose last name stands at a place. */
  #meantAt(path: string, place: number): (Meant & { readonly name: Syntax }) | null {
    const facts = this.#read(path);
    if (facts === null) return null;
    const name = nodeAt(facts.root, place);
    if (name.type !== 'identifier') return null;
    const { parent } = name;
    if (name.field === 'name' && parent?.type === 'field') return this.#keyAt(facts, name, parent);
    return { ...meantIn(facts, parent !== null && (name.field === 'field' || name.field === 'method') ? parent : name), name };
  }

  /** The key of a table that is somebody's member: it is found where the member is used. */
  #keyAt(facts: Facts, name: Syntax, field: Syntax): (Meant & { readonly name: Syntax }) | null {
    const table = field.parent;
    if (table === null) return null;
    const owner = this.#meaning.ownerOf(meantIn(facts, table));
    for (const of of this.#files.around(facts.path)) {
      const use = of.members.find((one) => one.name === textOf(facts.text, name) && this.#meaning.ownerOf(meantIn(of, one.base)) === owner);
      if (use?.base.parent !== undefined && use.base.parent !== null) return { ...meantIn(of, use.base.parent), name };
    }
    return null;
  }

  #usesOf(meant: Meant & { readonly name: Syntax }): FileSpan[] {
    const { facts, node, text } = meant;
    const local = localOf(meant);
    if (local !== null) return unique(local.uses.map(({ start, end }) => ({ path: facts.path, start, end })));
    const around = this.#files.around(facts.path);
    if (node.type === 'identifier') {
      const name = textOf(text, node);
      return around.flatMap((of) => of.globals.filter((use) => use.name === name).map(({ at }) => ({ path: of.path, ...at })));
    }
    const [base, member] = [childOf(node, 'table'), childOf(node, 'field') ?? childOf(node, 'method')];
    const owner = base === null ? null : this.#meaning.ownerOf({ ...meant, node: base });
    if (owner === null || member === null) return [];
    const name = textOf(text, member);
    const used = around.flatMap((of) =>
      of.members.flatMap((use) =>
        use.name === name && this.#meaning.ownerOf(meantIn(of, use.base)) === owner ? [{ path: of.path, ...use.at }] : [],
      ),
    );
    const made = this.#meaning
      .membersOf(owner, facts.path)
      .flatMap((one) => (one.name === name ? [{ path: one.facts.path, start: one.use.at.start, end: one.use.at.end }] : []));
    return unique([...made, ...used]);
  }

  #requiredAt(facts: Facts, place: number): Facts | null {
    for (let node: Syntax | null = nodeAt(facts.root, place); node !== null; node = node.parent) {
      if (node.type !== 'string' && node.type !== 'string_content' && node.type !== 'arguments' && node.type !== 'function_call')
        return null;
      const name = node.type === 'function_call' ? requiredName(facts.text, node) : null;
      if (name !== null) return this.#files.required(facts.path, name);
    }
    return null;
  }
}

function unique(spans: readonly FileSpan[]): FileSpan[] {
  return [...new Map(spans.map((one) => [`${one.path}:${one.start}`, one])).values()];
}

function aboutEntry({ about, parameters, example, on, since, differs }: ApiEntry): string {
  const notes = parameters.flatMap(({ name, about: what }) => (what === '' ? [] : [`\`${name}\`: ${what}`]));
  const place = {
    both: '',
    lua: 'Only on our Lua module, not on aos.',
    aos: 'Only on aos, not on our Lua module.',
    project: 'Given to the processes of a project.',
  }[on];
  const age = since === 2 ? 'Since aos 2.' : '';
  return [
    about,
    notes.join('  \n'),
    example === null ? '' : `\`\`\`lua\n${example}\n\`\`\``,
    `${place} ${age}`.trim(),
    differs === null ? '' : `Otherwise on aos: ${differs}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function ofEntry(entry: ApiEntry, argument: number): Signature | null {
  if (entry.type !== 'function') return null;
  const parameters = entry.parameters.map(({ name, type, about, isOptional }) => ({
    label: `${name}${isOptional ? '?' : ''}: ${type}`,
    about,
  }));
  return { label: writtenSignature(entry), about: entry.about, parameters, active: Math.min(argument, Math.max(0, parameters.length - 1)) };
}

function ofFunction({ facts, use }: Member, callee: string, argument: number): Signature | null {
  const names = parametersOf(facts.text, use.value);
  if (names === null || use.value === null) return null;
  const doc = docOf(facts, use.value);
  const parameters = names.map((name) => {
    const told = doc?.parameters.get(name);
    return { label: told === undefined ? name : `${name}: ${told.type}`, about: told?.about ?? '' };
  });
  const returns = doc?.returns ? `: ${doc.returns}` : '';
  return {
    label: `${callee}(${parameters.map(({ label }) => label).join(', ')})${returns}`,
    about: doc?.about ?? '',
    parameters,
    active: Math.min(argument, Math.max(0, names.length - 1)),
  };
}
