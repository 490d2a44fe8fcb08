import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { AoError, toWireError } from '../contract/errors.ts';
import { isToken } from '../host/token.ts';

export interface PageOptions {
  /** Folder of the built window: index.html and assets/. */
  readonly rendererDir: string;
  readonly token: string;
  /** A second start of the app hands over the folder it was given; null only asks whether anyone is here. */
  readonly handOver: (path: string | null) => Promise<void>;
}

// Nothing from elsewhere is loaded or run; the styles of the editor and of the docked panes are written inline.
const CONTENT_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "img-src 'self' data:",
  "connect-src 'self' ws://127.0.0.1:* ws://localhost:*",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const handOverBody = z.object({ path: z.string().min(1).nullable() });

/**
 * The pages of the served app. The page itself needs the token in its address and keeps it there, so a reload works;
 * a cookie would be sent to every other server on this machine, whatever its port. The files of the program are no secret.
 * @throws AoError BUILD_MISSING.
 */
export function createPage(options: PageOptions): Hono {
  const indexFile = join(options.rendererDir, 'index.html');
  if (!existsSync(indexFile)) throw new AoError('BUILD_MISSING', { path: indexFile });
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Content-Security-Policy', CONTENT_POLICY);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    context.header('Cross-Origin-Opener-Policy', 'same-origin');
    context.header('Cross-Origin-Resource-Policy', 'same-origin');
    if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store');
  });
  const index = (context: Context): Response => {
    if (!isToken(context.req.query('token'), options.token)) return context.html(explanation(), 401);
    // Read anew each time: a rebuilt window is there at the next reload.
    return context.html(readFileSync(indexFile, 'utf8'));
  };
  app.get('/', index);
  app.get('/index.html', index);
  app.post('/hand-over', async (context) => {
    const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (!isToken(given, options.token)) return context.json(toWireError(new AoError('TOKEN_WRONG')), 401);
    const body = handOverBody.safeParse(await context.req.json().catch(() => null));
    if (!body.success)
      return context.json(toWireError(new AoError('ARGUMENTS_INVALID', { command: 'hand-over', reason: 'a path is missing' })), 400);
    try {
      await options.handOver(body.data.path);
      return context.json({});
    } catch (error) {
      return context.json(toWireError(error), 409);
    }
  });
  app.use('/assets/*', async (context, next) => {
    await next();
    // Names there carry a hash of the content.
    if (context.res.status === 200) context.header('Cache-Control', 'public, max-age=31536000, immutable');
  });
  app.get('*', serveStatic({ root: options.rendererDir }));
  app.notFound((context) => context.text('Not found', 404));
  return app;
}

function explanation(): string {
  const { message, cure } = toWireError(new AoError('TOKEN_WRONG'));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>aoscope: token needed</title>
<style>:root { color-scheme: light dark } body { font: 16px/1.6 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem }</style>
<h1>aoscope</h1>
<p>${message}</p>
<p>${cure} It ends in <code>?token=…</code> and is a new one at every start, so that no other page can reach the files and wallets of this app.</p>
</html>
`;
}
