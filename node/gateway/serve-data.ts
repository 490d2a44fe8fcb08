import parseRange from 'range-parser';
import { isId } from '../contract/ids.ts';
import { tagValue } from '../contract/item.ts';
import { STANDS_IN } from '../contract/stand-ins.ts';
import type { Shelved } from './shelf.ts';

/**
 * Anybody may have written it: as a page it gets an origin of its own, not that of this computer, and is nothing but what its type says.
 * A gateway of the network gives each item a host name of its own for that.
 */
const OF_STRANGERS = {
  'Content-Security-Policy': 'sandbox allow-scripts allow-forms allow-popups allow-modals',
  'X-Content-Type-Options': 'nosniff',
} as const;
/** Characters a header may carry; a tag may hold anything. */
const HEADER_SAFE = /^[\x20-\x7e]+$/;

/**
 * An item's data as an HTTP answer: Content-Type from its tag, one byte range where one is asked for. Items never
 * change, so they may be kept for ever.
 * @param range the request's Range header.
 */
export function dataResponse(found: Shelved, range: string | undefined): Response {
  const { tags } = found.head();
  const [type, standsIn] = [tagValue(tags, 'Content-Type'), tagValue(tags, STANDS_IN)];
  const size = found.dataBytes;
  const headers = new Headers({
    'Content-Type': type !== null && HEADER_SAFE.test(type) ? type : 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'public, max-age=31536000, immutable',
    ETag: `"${found.id}"`,
    ...OF_STRANGERS,
  });
  // What only answers in its place may be replaced by the real one any time.
  if (standsIn !== null && isId(standsIn)) {
    headers.set('Cache-Control', 'no-store');
    headers.set('ETag', `"${standsIn}"`);
    headers.set(STANDS_IN, standsIn);
  }
  const ranges = range === undefined ? -2 : parseRange(size, range);
  if (ranges === -1) {
    headers.set('Content-Range', `bytes */${size}`);
    headers.set('Content-Length', '0');
    return new Response(null, { status: 416, headers });
  }
  // Several ranges, or a header that cannot be read: the whole is a right answer too.
  const part = ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1 ? undefined : ranges[0];
  if (part === undefined) return bodyOf(found, 0, size, 200, headers);
  headers.set('Content-Range', `bytes ${part.start}-${part.end}/${size}`);
  return bodyOf(found, part.start, part.end - part.start + 1, 206, headers);
}

function bodyOf(found: Shelved, start: number, length: number, status: number, headers: Headers): Response {
  headers.set('Content-Length', String(length));
  return new Response(new Uint8Array(found.data(start, length)), { status, headers });
}
