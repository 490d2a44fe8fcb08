import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AoError, reasonOf } from '../contract/errors.ts';
import { addMetrics, type MetricsSource } from './metrics.ts';

/** How a unit says an error over HTTP. */
export interface ErrorReply {
  readonly status: ContentfulStatusCode;
  /** What clients read as `error`. */
  readonly text: string;
}

/**
 * The ground every unit's public routes stand on: any Origin and any header (protocol §11.39), doubled and trailing
 * slashes forgiven (§11.37), and every error as JSON `{error, code, cure}`;
 * `detail` holds our own sentence where `error` repeats the reference's.
 */
export function createProtocolApp(replyTo: (error: AoError) => ErrorReply, metrics: MetricsSource): Hono {
  const app = new Hono({ getPath: (request) => plainPath(new URL(request.url).pathname) });
  app.use('*', async (context, next) => {
    await next();
    // Chromium asks this before a page of the public web may reach a loopback address.
    if (context.req.header('Access-Control-Request-Private-Network') === 'true')
      context.header('Access-Control-Allow-Private-Network', 'true');
  });
  app.use(
    '*',
    cors({ origin: '*', allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], exposeHeaders: ['*'], maxAge: 86_400 }),
  );
  addMetrics(app, metrics);
  app.onError((thrown, context) => {
    const error = thrown instanceof AoError ? thrown : new AoError('UNEXPECTED', { reason: reasonOf(thrown) });
    const { status, text } = replyTo(error);
    return context.json(
      { error: text, code: error.code, cure: error.cure, ...(text === error.message ? {} : { detail: error.message }) },
      status,
    );
  });
  app.notFound((context) => {
    const error = new AoError('ROUTE_UNKNOWN', { route: `${context.req.method} ${context.req.path}` });
    return context.json({ error: error.message, code: error.code, cure: error.cure }, 404);
  });
  return app;
}

/** The status of an error that no unit treats in its own way. */
export function plainStatus(error: AoError): ContentfulStatusCode | null {
  if (error.code === 'ROUTE_NOT_OFFERED') return 501;
  if (error.code === 'DISK_FULL') return 507;
  if (error.code === 'ITEM_TOO_LARGE' || error.code === 'BODY_TOO_LARGE') return 413;
  if (
    error.code === 'UNIT_DOWN' ||
    error.code === 'UNIT_UNREACHABLE' ||
    error.code === 'UNIT_GAVE_UP' ||
    error.code === 'PORT_CLOSED' ||
    error.code === 'TOO_MANY_PENDING'
  )
    return 503;
  return null;
}

function plainPath(path: string): string {
  const single = path.replaceAll(/\/{2,}/g, '/');
  return single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single;
}
