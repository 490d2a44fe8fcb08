import { AoError } from '../../node/contract/errors.ts';
import { FUNCTION_NAME, FUNCTION_NAME_MAX } from '../../node/contract/function-names.ts';
import type { HistoryQuery } from '../../node/contract/recording.ts';

/** A line of a file at which one wants to stop, or with `log` only to hear what an expression gives there. */
export interface Breakpoint {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly condition: string | null;
  readonly log: string | null;
  readonly isOn: boolean;
}

export const QUERY_KINDS = ['condition', 'change', 'message', 'handler', 'call', 'error'] as const;
export type QueryKind = (typeof QUERY_KINDS)[number];

/** What a person looks for, as it was typed. */
export interface AskedQuery {
  readonly kind: QueryKind;
  readonly text: string;
}

/** The query that was meant; null where nothing was typed, or what {@link queryProblem} tells of. */
export function queryOf({ kind, text: typed }: AskedQuery): HistoryQuery | null {
  const text = typed.trim();
  if (text === '') return null;
  switch (kind) {
    case 'condition':
      return { kind, expression: text };
    case 'change':
      return { kind, expression: text };
    case 'handler':
      return { kind, name: text };
    case 'call':
      return FUNCTION_NAME.test(text) && text.length <= FUNCTION_NAME_MAX ? { kind, name: text, log: null } : null;
    case 'error':
      return { kind, text: text === '*' ? null : text };
    case 'message':
      return messageQuery(text);
  }
}

/** Why nothing can be looked for; null where something can, or nothing was typed. */
export function queryProblem(asked: AskedQuery): AoError | null {
  const name = asked.text.trim();
  return name === '' || queryOf(asked) !== null ? null : new AoError('FUNCTION_NAME', { name });
}

/** `Action=Transfer Quantity=* "text in the data"`; a single word is an action. */
function messageQuery(text: string): HistoryQuery {
  const tags: Record<string, string> = {};
  const words: string[] = [];
  for (const [whole, name, quoted, plain] of text.matchAll(/([\w-]+)=(?:"([^"]*)"|(\S+))|"[^"]*"|\S+/g)) {
    if (name !== undefined) tags[name] = quoted ?? plain ?? '';
    else if (whole.startsWith('"')) words.push(whole.slice(1, -1));
    else tags['Action'] = whole;
  }
  return { kind: 'message', tags, from: null, text: words.length === 0 ? null : words.join(' ') };
}

/** What was remembered of a project's breakpoints. */
export function parseBreakpoints(raw: unknown): readonly Breakpoint[] {
  const list: readonly unknown[] = Array.isArray(raw) ? raw : [];
  return list.flatMap((one) => {
    if (!isRecord(one)) return [];
    const { path, line, condition, log, isOn } = one;
    if (typeof path !== 'string' || typeof line !== 'number' || !Number.isInteger(line) || line < 1) return [];
    return [{ path, line, condition: textOf(condition), log: textOf(log), isOn: isOn !== false }];
  });
}

function textOf(raw: unknown): string | null {
  return typeof raw === 'string' && raw !== '' ? raw : null;
}

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
