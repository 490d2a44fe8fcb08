import type { Mark, QuickFix, Runtime } from '../answers.ts';
import type { Meaning } from '../meaning.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { Facts } from '../scopes.ts';
import { childOf, childOfType, stringOf, textOf, type Span, type Syntax } from '../syntax.ts';

/** What a lint looks at, and where it says what it found. */
export interface LintPlace {
  readonly facts: Facts;
  readonly files: ProjectFiles;
  readonly meaning: Meaning;
  /** What the processes run on that the file is part of; empty where that is not known. */
  readonly runtimes: ReadonlySet<Runtime>;
  mark(at: Span, code: string, message: string, fix?: QuickFix | null, severity?: Mark['severity']): void;
}

export function edit(title: string, at: Span, text: string): QuickFix {
  return { title, edits: [{ start: at.start, end: at.end, text }] };
}

/** What is called, as it is written; '' for another node than a call. */
export function calleeOf(text: string, node: Syntax): string {
  const callee = node.type === 'function_call' ? childOf(node, 'name') : null;
  return callee === null ? '' : textOf(text, callee);
}

export function argumentsOf(call: Syntax): readonly Syntax[] {
  return childOfType(call, 'arguments')?.children.filter(({ type }) => type !== 'comment') ?? [];
}

/** The name of a field of a table: `Name = …` and `["Name"] = …`; null for another. */
export function keyOf(text: string, field: Syntax): string | null {
  const key = childOf(field, 'name');
  if (key?.type === 'string') return stringOf(text, key);
  return key?.type === 'identifier' && text[field.start] !== '[' ? textOf(text, key) : null;
}

/** The functions around a part, the innermost first. */
export function functionsAround(node: Syntax): Syntax[] {
  const found: Syntax[] = [];
  for (let at = node.parent; at !== null; at = at.parent)
    if (at.type === 'function_definition' || at.type === 'function_declaration') found.push(at);
  return found;
}

/** Calls `look` for every part of a text, outer ones first. */
export function eachPart(root: Syntax, look: (node: Syntax) => void): void {
  look(root);
  for (const child of root.children) eachPart(child, look);
}

const FAR = 3;

/** The name that was probably meant: the nearest one, two letters away at most. */
export function nearest(name: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.min(FAR, Math.ceil(name.length / 2));
  for (const one of names) {
    const far = Math.abs(one.length - name.length) >= least ? least : distance(name, one);
    if (far >= least) continue;
    best = one;
    least = far;
  }
  return best;
}

/** Letters to put in, take out, exchange, or swap with their neighbour. */
function distance(first: string, second: string): number {
  let older: number[] = [];
  let before = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let row = 1; row <= first.length; row++) {
    const now = [row];
    for (let column = 1; column <= second.length; column++) {
      const isSame = first[row - 1] === second[column - 1];
      const isSwap = row > 1 && column > 1 && first[row - 1] === second[column - 2] && first[row - 2] === second[column - 1];
      now.push(
        Math.min(
          (before[column] ?? 0) + 1,
          (now[column - 1] ?? 0) + 1,
          (before[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwap ? (older[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    older = before;
    before = now;
  }
  return before[second.length] ?? 0;
}
