import { bodyWithin } from '../base/body-within.ts';
import { AoError, networkReason } from '../contract/errors.ts';

/** What an address has answered, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The text as JSON; undefined where it is none. */
  readonly json: unknown;
}

/** What says who somebody is takes less. */
const ANSWER_BYTES = 1024 * 1024;

/**
 * One request that changes nothing, and its answer. It ends in time whatever the other side does: refuses, accepts and
 * says nothing, or never stops talking.
 * @param body sent as JSON, by POST; undefined: GET
 * @throws AoError NETWORK_SILENT with the reason.
 */
export async function ask(url: string, body: unknown, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    const response = await fetch(url, { ...sent, signal });
    const text = await textOf(response);
    return { status: response.status, text, json: jsonOf(text) };
  } catch (error) {
    const reason = signal.aborted ? `nothing came within ${timeoutMs / 1000} s` : networkReason(error);
    throw new AoError('NETWORK_SILENT', { what: 'address', url, field: '', reason });
  }
}

async function textOf({ body }: Response): Promise<string> {
  const bytes = await bodyWithin(body as AsyncIterable<Uint8Array> | null, ANSWER_BYTES);
  if (bytes === null) throw new Error('it answers without end');
  return Buffer.from(bytes).toString();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
