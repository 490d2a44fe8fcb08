import type { Json, Outcome } from '../../../contract/outcome.ts';
import { failedOutcome, toOutcome } from '../outcome-of.ts';

/** The text that `handle` gave, as an outcome (protocol §5.1: `{ok, response}`). @throws SyntaxError when it is no JSON. */
export function readAnswer(text: string, gasUsed: number): Outcome {
  const { ok, response } = JSON.parse(text) as { readonly ok?: Json; readonly response?: Json };
  if (ok !== true) return failedOutcome(asText(response), null, gasUsed, null);
  return toOutcome(withoutEmptyError(response ?? null), gasUsed);
}

/** The reference looks whether there is an error, not whether the field is there, and writes numbers as text (protocol §4.4). */
function withoutEmptyError(response: Json): Json {
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return {};
  const { Error: error, ...rest } = response as { readonly [key: string]: Json };
  const { Output: output } = rest;
  const shown = typeof output === 'number' ? { ...rest, Output: String(output) } : rest;
  return error === undefined || error === null || error === '' || error === false ? shown : { ...shown, Error: error };
}

function asText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined ? 'the module answered without a reason' : JSON.stringify(value);
}
