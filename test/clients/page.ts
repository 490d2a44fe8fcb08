import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A page that stands on an origin of its own, as a dapp does. */
export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves an empty page whose `window.aoconnect` is the client's own build for browsers. @param name what the page's
 * address calls this machine: `localhost` is another origin than `127.0.0.1`. @param first a script that runs before the client.
 */
export async function servePage(name: 'localhost' | '127.0.0.1', first: string): Promise<ServedPage> {
  const client = await readFile(fileURLToPath(import.meta.resolve('@permaweb/aoconnect/browser')));
  const page =
    `<!doctype html><title>dapp</title><script type="module">${first}</script>` +
    '<script type="module">import * as aoconnect from "/aoconnect.js"; window.aoconnect = aoconnect;</script>';
  const server = createServer((request, response) => {
    const isClient = request.url === '/aoconnect.js';
    response.writeHead(200, { 'content-type': isClient ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(isClient ? client : page);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, name, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${name}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
