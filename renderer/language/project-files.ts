import type { Runtime } from './answers.ts';
import { requiredName, type Files } from './meaning.ts';
import { factsOf, type Facts } from './scopes.ts';
import type { LuaParser, Syntax } from './syntax.ts';

/** A longer text is not read again for each letter that is typed. */
const LONG_TEXT = 60_000;

/** The Lua files of a project, each understood when somebody asks. */
export class ProjectFiles implements Files {
  readonly #parse: LuaParser;
  readonly #texts = new Map<string, string>();
  readonly #facts = new Map<string, Facts>();
  /** Long texts that changed since they were read. */
  readonly #behind = new Set<string>();
  readonly #required = new WeakMap<Facts, readonly string[]>();
  #isHurried = false;
  #sources: readonly (readonly [path: string, runtime: Runtime])[] = [];
  readonly #around = new Map<string, readonly Facts[]>();

  constructor(parse: LuaParser) {
    this.#parse = parse;
  }

  put(path: string, text: string | null): void {
    if (text !== null && this.#texts.get(path) === text) return;
    if (text === null) this.#texts.delete(path);
    else this.#texts.set(path, text);
    if (text !== null && text.length > LONG_TEXT && this.#facts.has(path)) this.#behind.add(path);
    else {
      this.#behind.delete(path);
      this.#facts.delete(path);
    }
    this.#around.clear();
  }

  runOn(sources: readonly (readonly [path: string, runtime: Runtime])[]): void {
    this.#sources = sources;
  }

  /** What the processes run on that a file is part of; empty where that is not known. */
  runtimesOf(path: string): ReadonlySet<Runtime> {
    const around = new Set(this.around(path).map((one) => one.path));
    return new Set(this.#sources.flatMap(([source, runtime]) => (around.has(source) ? [runtime] : [])));
  }

  get paths(): readonly string[] {
    return [...this.#texts.keys()];
  }

  factsOf(path: string): Facts | null {
    const text = this.#texts.get(path);
    const known = this.#facts.get(path);
    if (text === undefined) return null;
    if (known !== undefined && (this.#isHurried || !this.#behind.has(path))) return known;
    const facts = factsOf(path, text, this.#parse(text));
    this.#facts.set(path, facts);
    this.#behind.delete(path);
    return facts;
  }

  /** Does `work` with long texts as they were when they were last read. */
  hurried<T>(work: () => T): T {
    this.#isHurried = true;
    try {
      return work();
    } finally {
      this.#isHurried = false;
    }
  }

  /** What would be known of a file that had another text. */
  tried(path: string, text: string): Facts {
    return factsOf(path, text, this.#parse(text));
  }

  /** A piece of a program as the expression that it is; null where it is none. */
  expression(text: string): Syntax | null {
    const { root } = this.#parse(`return ${text}`);
    return root.children.find(({ type }) => type === 'return_statement')?.children[0]?.children[0] ?? null;
  }

  /** `lib.tokens` is lib/tokens.lua of the project or beside the file, as the aos terminal reads it. */
  required(path: string, name: string): Facts | null {
    const file = `${name.replaceAll('.', '/')}.lua`;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return this.factsOf(folder + file) ?? this.factsOf(file);
  }

  around(path: string): readonly Facts[] {
    const known = this.#around.get(path);
    if (known !== undefined) return known;
    const links = new Map<string, Set<string>>();
    const link = (from: string, to: string): void => void (links.get(from) ?? links.set(from, new Set()).get(from))?.add(to);
    for (const from of this.paths)
      for (const to of this.#requires(from)) {
        link(from, to);
        link(to, from);
      }
    const seen = new Set([path]);
    for (const one of seen) for (const next of links.get(one) ?? []) seen.add(next);
    const facts = [...seen].flatMap((one) => this.factsOf(one) ?? []);
    if (!this.#isHurried) this.#around.set(path, facts);
    return facts;
  }

  #requires(path: string): string[] {
    const facts = this.factsOf(path);
    if (facts === null) return [];
    const names = this.#required.get(facts) ?? requiredIn(facts);
    this.#required.set(facts, names);
    return names.flatMap((name) => this.required(path, name)?.path ?? []);
  }
}

/** What a file requires, first to last. */
function requiredIn({ text, root }: Facts): readonly string[] {
  const found: string[] = [];
  const look = (node: Syntax): void => {
    const name = node.type === 'function_call' ? requiredName(text, node) : null;
    if (name !== null) found.push(name);
    for (const child of node.children) look(child);
  };
  // Most files require nothing: their trees need not be walked.
  if (text.includes('require')) look(root);
  return found;
}
