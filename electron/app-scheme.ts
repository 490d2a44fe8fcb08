import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol } from 'electron';
import { CONTENT_POLICY } from './security.ts';
import { fileFor } from './window-files.ts';

const SCHEME = 'app';
/** The window's address. A scheme of our own rather than file://, so that it has an origin and reads no other file. */
export const WINDOW_URL = `${SCHEME}://aoscope/index.html`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the window's files from `root`, and nothing outside of it. */
export function serveAppScheme(root: string): void {
  protocol.handle(SCHEME, async (request) => {
    const file = fileFor(root, request.url);
    if (file === null) return new Response('no such file', { status: 404 });
    try {
      const bytes = await readFile(file);
      return new Response(new Uint8Array(bytes), { headers: headersFor(file) });
    } catch {
      return new Response('no such file', { status: 404 });
    }
  });
}

function headersFor(file: string): Record<string, string> {
  return {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': CONTENT_POLICY,
    'x-content-type-options': 'nosniff',
  };
}
