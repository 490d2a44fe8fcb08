import { bodyWithin } from '../base/body-within.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AoError, networkReason } from '../contract/errors.ts';
import type { UnitName } from '../contract/trace.ts';

/** One request to a foreign unit. */
export interface UnitRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** With its query, below the unit's address. */
  readonly path: string;
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  /** How long one attempt may take; {@link REQUEST_MS} when absent. */
  readonly timeoutMs?: number;
  /** True where the same request twice does no more than once: then it is also repeated when its answer was lost. */
  readonly isRepeatable?: boolean;
  /** Most bytes of the answer; {@link ANSWER_BYTES} when absent. */
  readonly answerBytes?: number;
  readonly signal?: AbortSignal;
}

/** What came back, whatever its status. */
export interface UnitReply {
  readonly status: number;
  readonly bytes: Uint8Array;
  /** How often it was asked: where more than once, an earlier attempt may have arrived. */
  readonly tries: number;
}

/** How the last request to a foreign unit went. */
export interface ReachNow {
  readonly isReachable: boolean;
  readonly latencyMs: number | null;
  /** Why it is not reached; null while it is. */
  readonly reason: string | null;
}

/** The way to a foreign unit, over its public HTTP protocol. */
export interface UnitHttp {
  /**
   * Any answer below 500, and 500 itself; what passes by itself is tried again a few times.
   * @throws AoError UNIT_UNREACHABLE when there is none in time, UNIT_ANSWER_WRONG with a `limit` when it is too large, CANCELLED.
   */
  request(request: UnitRequest): Promise<UnitReply>;
  /** A successful answer, parsed. @throws AoError as `request`; UNIT_REFUSED, UNIT_FAILED, UNIT_ANSWER_WRONG. */
  json<T>(request: UnitRequest, schema: z.ZodType<T>): Promise<T>;
  /** An answer that tells of a fault, as the error it is. */
  faultOf(reply: UnitReply): AoError;
  /** JSON out of an answer. @throws AoError UNIT_ANSWER_WRONG. */
  parse<T>(reply: UnitReply, schema: z.ZodType<T>): T;
  /** The error for an answer that is none of the protocol. @param reason without a full stop. */
  wrong(reason: string): AoError;
  /** The error for what only a unit of this app can do. */
  cannot(what: string): AoError;
}

const REQUEST_MS = 15_000;
const ANSWER_BYTES = 64 * 1024 * 1024;
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 200;
const REDIRECTS_MAX = 5;
/** The unit itself, or what stands before it, is away or busy. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** No connection was made, so the request cannot have done anything. */
const NOT_CONNECTED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** What a person calls the units. */
const WORDS: { readonly [U in UnitName]: string } = { gateway: 'gateway', su: 'scheduler unit', cu: 'compute unit', mu: 'messenger unit' };

/** @param url of the unit, without a path below it; @param told hears how each attempt went. */
export function createUnitHttp(unit: UnitName, url: string, told: (reach: ReachNow) => void): UnitHttp {
  const base = url.replace(/\/+$/, '');
  const place = { unit: WORDS[unit], url: base };

  const attempt = async (request: UnitRequest, tries: number): Promise<UnitReply> => {
    const stop = new AbortController();
    const timeoutMs = request.timeoutMs ?? REQUEST_MS;
    const timer = setTimeout(() => stop.abort(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const cancel = (): void => stop.abort(new AoError('CANCELLED'));
    request.signal?.addEventListener('abort', cancel, { once: true });
    const startedMs = performance.now();
    try {
      if (request.signal?.aborted === true) throw new AoError('CANCELLED');
      const response = await follow(`${base}${request.path}`, request, stop.signal);
      const latencyMs = Math.round(performance.now() - startedMs);
      const limit = request.answerBytes ?? ANSWER_BYTES;
      const bytes = await bodyWithin(response.body as AsyncIterable<Uint8Array> | null, limit);
      // Asked again it would be as large: whoever can asks for less.
      if (bytes === null) throw new AoError('UNIT_ANSWER_WRONG', { ...place, reason: `it has more than ${limit} bytes`, limit });
      told({ isReachable: true, latencyMs, reason: null });
      return { status: response.status, bytes, tries };
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
    }
  };
  const request = async (wanted: UnitRequest): Promise<UnitReply> => {
    const isRepeatable = wanted.isRepeatable ?? (wanted.method ?? 'GET') === 'GET';
    for (let tries = 1; ; tries++) {
      try {
        const reply = await attempt(wanted, tries);
        if (!PASSING.has(reply.status)) return reply;
        if (tries >= ATTEMPTS) throw new AoError('UNIT_UNREACHABLE', { ...place, reason: textOf(reply) });
      } catch (error) {
        if (error instanceof AoError) throw error;
        const reason = networkReason(error);
        told({ isReachable: false, latencyMs: null, reason });
        const mayRepeat = isRepeatable || NOT_CONNECTED.has(causeCode(error) ?? '');
        if (!mayRepeat || tries >= ATTEMPTS) throw new AoError('UNIT_UNREACHABLE', { ...place, reason });
      }
      await pause(FIRST_WAIT_MS * 2 ** (tries - 1), undefined, { ref: false });
    }
  };
  const faultOf = (reply: UnitReply): AoError => {
    const code = PASSING.has(reply.status) ? 'UNIT_UNREACHABLE' : reply.status >= 500 ? 'UNIT_FAILED' : 'UNIT_REFUSED';
    return new AoError(code, { ...place, reason: textOf(reply), status: reply.status });
  };
  const wrong = (reason: string): AoError => new AoError('UNIT_ANSWER_WRONG', { ...place, reason });
  const parse = <T>(reply: UnitReply, schema: z.ZodType<T>): T => {
    const raw = jsonOf(reply.bytes);
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const reason = raw === undefined ? 'it is no JSON' : `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'wrong'}`.trim();
    throw wrong(reason);
  };
  return {
    request,
    wrong,
    faultOf,
    parse,
    async json(wanted, schema) {
      const reply = await request(wanted);
      if (reply.status >= 300) throw faultOf(reply);
      return parse(reply, schema);
    },
    cannot: (what) => new AoError('UNIT_FOREIGN', { ...place, what }),
  };
}

/** Follows redirects as the reference does: 307 and 308 with the same method and body, the older ones for reading only. */
async function follow(url: string, request: UnitRequest, signal: AbortSignal): Promise<Response> {
  const { method = 'GET', body } = request;
  let at = url;
  for (let hops = 0; ; hops++) {
    const response = await fetch(at, {
      method,
      redirect: 'manual',
      signal,
      headers: { Accept: 'application/json, */*', ...(body === undefined ? {} : { 'Content-Type': body.type }) },
      ...(body === undefined ? {} : { body: Buffer.from(body.bytes) }),
    });
    const isMoved =
      response.status === 307 || response.status === 308 || (method === 'GET' && (response.status === 301 || response.status === 302));
    const location = response.headers.get('location');
    if (!isMoved || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, at);
    if (next.protocol !== 'http:' && next.protocol !== 'https:') throw new Error(`it redirects to ${next.protocol}`);
    if (hops >= REDIRECTS_MAX) throw new Error(`it redirects more than ${REDIRECTS_MAX} times`);
    at = next.href;
  }
}

const errorBody = z.object({ error: z.string() });

/** What an answer says in words: the `error` of the protocol, or the beginning of its text. */
function textOf(reply: UnitReply): string {
  const parsed = errorBody.safeParse(jsonOf(reply.bytes));
  const text = parsed.success ? parsed.data.error : Buffer.from(reply.bytes).toString('utf8', 0, 300);
  const plain = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return plain === '' || plain.startsWith('<') ? `status ${reply.status}` : plain.slice(0, 300);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

const systemError = z.object({ cause: z.object({ code: z.string().optional() }) });

function causeCode(error: unknown): string | undefined {
  const parsed = systemError.safeParse(error);
  return parsed.success ? parsed.data.cause.code : undefined;
}
