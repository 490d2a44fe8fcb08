import { parse, tokenizer, tokTypes, type AnyNode, type Program } from 'acorn';
import { namesDeclaredIn, namesUsedIn, childrenOf, type FunctionNode } from './names.ts';

/** A function as it was written, and the names that can be read while it runs. */
export interface WrittenFunction {
  /** As it is called; null where it has no name. */
  readonly name: string | null;
  readonly line: number;
  readonly lastLine: number;
  readonly locals: readonly string[];
  /** Names from around it that it uses. */
  readonly upvalues: readonly string[];
}

export interface Instrumented {
  /** The same code, line for line, which tells {@link TOLD} of every call and every line. */
  readonly code: string;
  readonly functions: readonly WrittenFunction[];
}

/** The global that instrumented code calls (debug/runtime.js). */
const TOLD = '$aoscope';
const READ = '$e=>eval($e)';

/**
 * Adds calls to a module: when a function is entered and left, before each of its statements, and with what it returns.
 * What the code does stays the same but for the gas it takes. Lines stay where they are; columns do not.
 * @throws SyntaxError.
 */
export function instrument(source: string): Instrumented {
  const program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  return new Writer(source, program).write();
}

class Writer {
  readonly #source: string;
  readonly #program: Program;
  readonly #functions: WrittenFunction[] = [];
  /** What can be read from the functions around, outermost first; the module's own names are the first. */
  readonly #around: ReadonlySet<string>[] = [];
  /** Ends of `=>`, by where they end. */
  readonly #arrows: readonly number[];

  constructor(source: string, program: Program) {
    this.#source = source;
    this.#program = program;
    const tokens = tokenizer(source, { ecmaVersion: 'latest', sourceType: 'module' });
    this.#arrows = [...tokens].filter(({ type }) => type === tokTypes.arrow).map(({ end }) => end);
  }

  write(): Instrumented {
    this.#around.push(namesDeclaredIn(this.#program));
    const code = this.#slice(0, this.#program.start) + this.#inner(this.#program) + this.#slice(this.#program.end, this.#source.length);
    return { code, functions: this.#functions };
  }

  #slice(from: number, to: number): string {
    return this.#source.slice(from, to);
  }

  /** A node with everything below it rewritten, and nothing around it. */
  #inner(node: AnyNode): string {
    let text = '';
    let at = node.start;
    for (const { child, name, place } of childrenOf(node)) {
      // A shorthand is key and value at once.
      if (child.start < at) continue;
      text += this.#slice(at, child.start) + this.#placed(child, place, name);
      at = child.end;
    }
    return text + this.#slice(at, node.end);
  }

  #placed(node: AnyNode, place: 'list' | 'body' | 'other', name: string | null): string {
    const text = this.#node(node, name);
    // Code of the module itself runs when nobody watches.
    if (this.#around.length === 1 || place === 'other' || !isTold(node)) return text;
    const told = this.#line(node);
    return place === 'list' ? told + text : `{${told}${text}}`;
  }

  #node(node: AnyNode, name: string | null): string {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node, name);
      case 'ReturnStatement': {
        const { argument } = node;
        if (argument === null || argument === undefined || this.#around.length === 1) return this.#inner(node);
        return `${this.#slice(node.start, argument.start)} ${TOLD}.returned($c,(${this.#node(argument, null)}))${this.#slice(argument.end, node.end)}`;
      }
      default:
        return this.#inner(node);
    }
  }

  #line(node: AnyNode): string {
    return `${TOLD}.line($c,${node.loc?.start.line ?? 0},${READ});`;
  }

  #function(node: FunctionNode, name: string | null): string {
    const index = this.#functions.length;
    const locals = namesDeclaredIn(node);
    const used = namesUsedIn(node);
    const upvalues = new Set(this.#around.flatMap((names) => [...names]).filter((one) => used.has(one) && !locals.has(one)));
    this.#functions.push({
      name: node.id?.name ?? name,
      line: node.loc?.start.line ?? 0,
      lastLine: node.loc?.end.line ?? 0,
      locals: [...locals],
      upvalues: [...upvalues],
    });
    this.#around.push(locals);
    const args = node.params.map((param) => {
      const names = [...namesDeclaredIn(param)];
      return names.length === 1 ? names[0] : `{${names.join(',')}}`;
    });
    const open = `const $c=${TOLD}.enter(${index},[${args.join(',')}]);try{`;
    const close = `}catch($x){${TOLD}.threw($c,$x);throw $x}finally{${TOLD}.left($c)}`;
    const written = this.#bodyOf(node, open, close);
    this.#around.pop();
    return written;
  }

  #bodyOf(node: FunctionNode, open: string, close: string): string {
    const { body } = node;
    if (body.type === 'BlockStatement') {
      const head = this.#headOf(node, body.start);
      const inner = this.#inner(body).slice(1, -1);
      return `${head}{${open}${inner}${close}}${this.#slice(body.end, node.end)}`;
    }
    const after = node.params.at(-1)?.end ?? node.start;
    const arrow = this.#arrows.find((end) => end > after && end <= body.start) ?? body.start;
    const value = `${this.#slice(arrow, body.start)}${this.#node(body, null)}${this.#slice(body.end, node.end)}`;
    return `${this.#headOf(node, arrow)}{${open}${this.#line(body)}return ${TOLD}.returned($c,(${value}))${close}}`;
  }

  /** Everything before the body, with what stands in the parameters rewritten. */
  #headOf(node: FunctionNode, end: number): string {
    let text = '';
    let at = node.start;
    for (const param of node.params) {
      text += this.#slice(at, param.start) + this.#inner(param);
      at = param.end;
    }
    return text + this.#slice(at, end);
  }
}

/** Statements that do something where they stand. */
function isTold({ type }: AnyNode): boolean {
  return type !== 'FunctionDeclaration' && type !== 'EmptyStatement' && type !== 'BlockStatement' && /Statement$|Declaration$/.test(type);
}
