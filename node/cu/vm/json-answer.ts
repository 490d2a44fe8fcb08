import type { Json, Outcome } from '../../contract/outcome.ts';
import { failedOutcome, toOutcome } from './outcome-of.ts';

type JsonObject = { readonly [key: string]: Json };

/**
 * The text that a module's `handle` gave, as an outcome: `{ok, response}` as aos modules answer (protocol §5.1), or the
 * response alone. @throws SyntaxError when it is no JSON, TypeError when it is no object.
 */
export function readAnswer(text: string, gasUsed: number): Outcome {
  const raw = JSON.parse(text) as Json;
  if (isDeeper(raw, DEPTH_MAX)) throw new RangeError(`handle answered with JSON that is nested more than ${DEPTH_MAX} deep`);
  if (!isObject(raw)) throw new TypeError('handle answered with something that is no JSON object');
  const { ok, response } = raw;
  if (ok === undefined) return toOutcome(asReferenceReads(raw), gasUsed);
  if (ok !== true) return failedOutcome(asText(response), null, gasUsed, null);
  return toOutcome(isObject(response) ? asReferenceReads(response) : {}, gasUsed);
}

/** The reference looks whether there is an error, not whether the field is there, and writes numbers as text (protocol §4.4). */
function asReferenceReads(response: JsonObject): JsonObject {
  const { Error: error, ...rest } = response;
  const { Output: output } = rest;
  const shown = typeof output === 'number' ? { ...rest, Output: String(output) } : rest;
  return error === undefined || error === null || error === '' || error === false ? shown : { ...shown, Error: error };
}

/** What is nested deeper cannot cross a thread, be hashed or written down: each of them takes a step of the stack. */
const DEPTH_MAX = 500;

function isDeeper(value: Json, left: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return left === 0 || Object.values(value).some((one) => isDeeper(one as Json, left - 1));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined ? 'the module answered without a reason' : JSON.stringify(value);
}
