import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What becomes of an answer of the unit behind; null: 404; a number: that status, without a text. */
export type Changed = string | number | null;

/** What stands in front of a unit of a test and changes what it answers; gone when the test ends. @returns its address. */
export async function inFront(unit: string | null, change: (path: string, text: string) => Changed | Promise<Changed>): Promise<string> {
  const server = createServer((asked, reply) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of asked) parts.push(part as Buffer);
      const isRead = asked.method === 'GET' || asked.method === 'HEAD';
      const init = isRead
        ? {}
        : { method: asked.method ?? 'POST', body: Buffer.concat(parts), headers: { 'Content-Type': asked.headers['content-type'] ?? '' } };
      const answer = await fetch(`${unit}${asked.url}`, init);
      const text = await change(asked.url ?? '', await answer.text());
      const status = typeof text === 'number' ? text : text === null ? 404 : answer.status;
      const type = answer.headers.get('content-type') ?? '';
      reply.writeHead(status, { 'Content-Type': type }).end(typeof text === 'string' ? text : '');
    })().catch(() => reply.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A page of a scheduler without the line of that slot. */
export function withoutSlot(text: string, slot: number): string {
  const page = JSON.parse(text) as { edges: { node: { assignment: { tags: { name: string; value: string }[] } } }[] };
  const isIt = (tag: { name: string; value: string }): boolean => tag.name === 'Nonce' && tag.value === String(slot);
  return JSON.stringify({ ...page, edges: page.edges.filter(({ node }) => !node.assignment.tags.some(isIt)) });
}
