import { evaluate, parse } from '@humanwhocodes/momoa';

/** A piece of text with places to fill in, and the word that brings it. */
export interface OwnSnippet {
  readonly prefix: string;
  readonly name: string;
  readonly about: string;
  readonly body: string;
}

/** What a file of snippets holds for Lua; what is no snippet is passed over. @throws Error where it is no JSON (comments are allowed). */
export function snippetsIn(text: string): readonly OwnSnippet[] {
  const raw: unknown = evaluate(parse(text, { mode: 'jsonc', allowTrailingCommas: true }));
  if (!isRecord(raw)) return [];
  return Object.entries(raw).flatMap(([name, one]) => {
    if (!isRecord(one) || !isForLua(one['scope'])) return [];
    const body = linesOf(one['body']).join('\n');
    const about = linesOf(one['description']).join('\n');
    return body === '' ? [] : linesOf(one['prefix']).map((prefix) => ({ prefix, name, about, body }));
  });
}

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> => typeof raw === 'object' && raw !== null && !Array.isArray(raw);

function isForLua(scope: unknown): boolean {
  return typeof scope !== 'string' || scope.split(',').some((one) => one.trim() === 'lua');
}

/** One text, or several: lines, or words that bring it. */
function linesOf(raw: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  return all.filter((one) => typeof one === 'string');
}
