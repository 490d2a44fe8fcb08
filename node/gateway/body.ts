import type { Context } from 'hono';
import { AoError } from '../contract/errors.ts';
import { bytesOfBody } from '../http/request.ts';

/**
 * The value of a JSON body.
 * @throws AoError PARAMETER_INVALID when it is not JSON.
 */
export async function jsonOfBody(context: Context): Promise<unknown> {
  return jsonOf(await bytesOfBody(context));
}

/** The same for bytes that are read already. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new AoError('PARAMETER_INVALID', { name: 'body', reason: 'not JSON' });
  }
}
