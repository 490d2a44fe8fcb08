/** A stretch of what was typed: `from` to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One word of a filter: `key:value`, or a word alone. */
export interface Term extends Span {
  /** In lower case; null for a word without one. */
  readonly key: string | null;
  /** Without its quotes. */
  readonly value: string;
  /** Quoted words are looked for as they stand, and never mean a condition. */
  readonly isQuoted: boolean;
}

export type Node =
  | { readonly kind: 'term'; readonly term: Term }
  | { readonly kind: 'not'; readonly of: Node }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Node[] };

/** What is wrong where. */
export interface Problem extends Span {
  readonly sentence: string;
}

export interface Syntax {
  readonly root: Node;
  /** Every word, in order. */
  readonly terms: readonly Term[];
  readonly problems: readonly Problem[];
}

type Token = (Span & { readonly kind: 'not' | 'or' | 'open' | 'close' }) | (Span & { readonly kind: 'term'; readonly term: Term });

const SPACE = /\s/;

/**
 * Reads words, `-` before what must not hold, `or`, and brackets; words side by side must all hold. Whatever is wrong
 * becomes a problem with its place, and all the rest is read none the less.
 */
export function readSyntax(text: string): Syntax {
  const tokens = tokensOf(text);
  const problems: Problem[] = [];
  const parser = new Parser(tokens, problems);
  const root = parser.any();
  return { root, terms: tokens.flatMap((token) => (token.kind === 'term' ? [token.term] : [])), problems };
}

/** The word that ends or lies at `caret`; null between words. */
export function termAt(syntax: Syntax, caret: number): Term | null {
  return syntax.terms.find((term) => term.from < caret && caret <= term.to) ?? null;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const sign = text[at] ?? '';
    const next = text[at + 1] ?? ' ';
    const one = { from: at, to: at + 1 };
    if (SPACE.test(sign)) at += 1;
    else if (sign === '(') {
      tokens.push({ kind: 'open', ...one });
      depth += 1;
      at += 1;
    } else if (sign === ')') {
      tokens.push({ kind: 'close', ...one });
      depth -= 1;
      at += 1;
    } else if (sign === '-' && !SPACE.test(next)) {
      tokens.push({ kind: 'not', ...one });
      at += 1;
    } else {
      const term = termFrom(text, at, depth > 0);
      const isOr = !term.isQuoted && term.key === null && /^(or|\|)$/i.test(term.value);
      tokens.push(isOr ? { kind: 'or', from: term.from, to: term.to } : { kind: 'term', from: term.from, to: term.to, term });
      at = term.to;
    }
  }
  return tokens;
}

/** A word from `from` to the next space that stands in no quotes. A bracket ends it where one is open; `\"` is a quote itself. */
function termFrom(text: string, from: number, isBracketed: boolean): Term {
  let value = '';
  let colon = -1;
  let isInQuotes = false;
  let hasQuotes = false;
  let at = from;
  for (; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '\\' && text[at + 1] === '"') {
      value += '"';
      at += 1;
      continue;
    }
    if (sign === '"') {
      isInQuotes = !isInQuotes;
      hasQuotes = true;
      continue;
    }
    if (!isInQuotes && (SPACE.test(sign) || (isBracketed && sign === ')'))) break;
    if (sign === ':' && colon < 0 && !hasQuotes) colon = value.length;
    value += sign;
  }
  const isKeyed = colon >= 0 && /^[a-z]+$/i.test(value.slice(0, colon));
  return {
    from,
    to: at,
    key: isKeyed ? value.slice(0, colon).toLowerCase() : null,
    value: isKeyed ? value.slice(colon + 1) : value,
    isQuoted: hasQuotes,
  };
}

class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly problems: Problem[];

  constructor(tokens: readonly Token[], problems: Problem[]) {
    this.tokens = tokens;
    this.problems = problems;
  }

  /** Alternatives; a bracket that was never opened is passed over. */
  any(): Node {
    const sides: Node[] = [this.all()];
    for (let token = this.tokens[this.at]; token !== undefined; token = this.tokens[this.at]) {
      this.at += 1;
      if (token.kind === 'close') this.problem(token, 'No bracket is open that this one could close.');
      else if (token.kind === 'or' && isEmpty(sides.at(-1))) this.problem(token, 'Something must stand before “or”.');
      sides.push(this.all());
    }
    return joined('any', sides);
  }

  private all(): Node {
    const parts: Node[] = [];
    for (let part = this.one(); part !== null; part = this.one()) parts.push(part);
    return joined('all', parts);
  }

  private one(): Node | null {
    const token = this.tokens[this.at];
    if (token === undefined || token.kind === 'close' || token.kind === 'or') return null;
    this.at += 1;
    if (token.kind === 'term') return { kind: 'term', term: token.term };
    if (token.kind === 'open') return this.bracket(token);
    const of = this.one();
    return of === null ? { kind: 'all', of: [] } : { kind: 'not', of };
  }

  private bracket(open: Span): Node {
    const sides: Node[] = [this.all()];
    while (this.tokens[this.at]?.kind === 'or') {
      this.at += 1;
      sides.push(this.all());
    }
    if (this.tokens[this.at]?.kind === 'close') this.at += 1;
    else this.problem(open, 'This bracket is not closed.');
    return joined('any', sides);
  }

  private problem({ from, to }: Span, sentence: string): void {
    this.problems.push({ from, to, sentence });
  }
}

function isEmpty(node: Node | undefined): boolean {
  return node !== undefined && node.kind === 'all' && node.of.length === 0;
}

/** A side that says nothing yet, as behind an `or` just typed, is left out. */
function joined(kind: 'all' | 'any', parts: readonly Node[]): Node {
  const told = kind === 'any' ? parts.filter((part) => !isEmpty(part)) : parts;
  const [only] = told;
  if (told.length === 1 && only !== undefined) return only;
  return told.length === 0 ? { kind: 'all', of: [] } : { kind, of: told };
}
