import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AoError } from '../contract/errors.ts';
import { isId, toItemId, toProcessId, type ItemId, type ProcessId } from '../contract/ids.ts';

/** Lets items of up to `limit` bytes pass as bodies. Answers a longer one with ITEM_TOO_LARGE, without reading it to its end. */
export function limitItem(limit: number): MiddlewareHandler {
  return limited(limit, (announced) => new AoError('ITEM_TOO_LARGE', { bytes: announced ?? `more than ${limit}`, limit }));
}

/** The same for bodies that are no items: BODY_TOO_LARGE. */
export function limitBody(limit: number): MiddlewareHandler {
  return limited(limit, () => new AoError('BODY_TOO_LARGE', { limit }));
}

function limited(limit: number, tooLarge: (announced: string | undefined) => AoError): MiddlewareHandler {
  const counted = bodyLimit({
    maxSize: limit,
    onError() {
      throw tooLarge(undefined);
    },
  });
  return (context, next) => {
    // Only a body that does not say how long it is has to be read here: looking at it would make a stream of it.
    if (context.req.header('Transfer-Encoding') !== undefined) return counted(context, next);
    const announced = context.req.header('Content-Length');
    if (Number(announced ?? 0) > limit) throw tooLarge(announced);
    return next();
  };
}

/** The body's bytes, as they came. */
export async function bytesOfBody(context: Context): Promise<Uint8Array> {
  return new Uint8Array(await context.req.arrayBuffer());
}

/**
 * A query parameter that must be there.
 * @throws AoError PARAMETER_INVALID, worded as the reference units flatten theirs (protocol §4.1).
 */
export function requiredQuery(context: Context, name: string): string {
  const value = context.req.query(name);
  if (value === undefined || value === '') throw new AoError('PARAMETER_INVALID', { name, reason: 'Required' });
  return value;
}

/**
 * A query parameter that is a whole number, or null when it is absent.
 * @throws AoError PARAMETER_INVALID.
 */
export function numberQuery(context: Context, name: string): number | null {
  const value = context.req.query(name);
  if (value === undefined || value === '') return null;
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new AoError('PARAMETER_INVALID', { name, reason: `${value.slice(0, 40)} is not a whole number` });
  return number;
}

/** @throws AoError PROCESS_UNKNOWN: what is not shaped like an id names no process. */
export function processOf(raw: string): ProcessId {
  if (!isId(raw)) throw new AoError('PROCESS_UNKNOWN', { process: raw.slice(0, 64) });
  return toProcessId(raw);
}

/** @throws AoError ITEM_NOT_FOUND: what is not shaped like an id names no item. */
export function itemIdOf(raw: string): ItemId {
  if (!isId(raw)) throw new AoError('ITEM_NOT_FOUND', { id: raw.slice(0, 64) });
  return toItemId(raw);
}

/** What both the MU and the SU read from `?process-id&assign[&base-layer][&exclude]` (protocol §2.1, §3.1). */
export interface AssignRequest {
  readonly process: ProcessId;
  readonly message: ItemId;
  readonly baseLayer: boolean;
  readonly exclude: readonly string[];
}

/**
 * The assignment a request asks for; null when it names neither parameter.
 * @throws AoError ASSIGN_INCOMPLETE when only one of the two is given, PROCESS_UNKNOWN, ITEM_NOT_FOUND.
 */
export function assignOf(context: Context): AssignRequest | null {
  const process = context.req.query('process-id') ?? '';
  const message = context.req.query('assign') ?? '';
  if (process === '' && message === '') return null;
  if (process === '' || message === '') throw new AoError('ASSIGN_INCOMPLETE');
  const exclude = (context.req.query('exclude') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { process: processOf(process), message: itemIdOf(message), baseLayer: context.req.query('base-layer') !== undefined, exclude };
}
