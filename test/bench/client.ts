import { generateKeyPairSync } from 'node:crypto';
import { Agent, request } from 'node:http';
import { ArweaveSigner, createData } from 'arbundles';

/**
 * Clients of a node in a process of their own, started with `fork`: each sends a message over HTTP, waits for its result and sends the
 * next. What they cost is not counted as the node's.
 */
export interface ClientOrder {
  readonly mu: string;
  readonly cu: string;
  readonly process: string;
  /** So many at the same time. */
  readonly clients: number;
  /** Items signed beforehand, base64url; null to sign `count` of them with an RSA-4096 key on the way. */
  readonly items: readonly string[] | null;
  readonly count: number;
}

export interface ClientReport {
  readonly ms: number;
  /** CPU of the clients themselves. */
  readonly cpuMs: number;
  /** Of one message each: from sending to its result, ascending. */
  readonly latenciesMs: readonly number[];
  /** Data of the reply in the last outcome that came. */
  readonly last: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const TAGS = [
  { name: 'Action', value: 'Inc' },
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
  { name: 'Type', value: 'Message' },
];

function ask(method: 'GET' | 'POST', url: string, body: Uint8Array | null): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = body === null ? {} : { 'Content-Type': 'application/octet-stream', 'Content-Length': body.length };
    const sent = request(url, { method, agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if ((response.statusCode ?? 500) >= 300) reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
        else resolve(JSON.parse(text));
      });
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

/** Makes the next message's bytes. */
async function signerOf({ items, count, process: target }: ClientOrder): Promise<() => Promise<Buffer | null>> {
  if (items !== null) {
    let next = 0;
    return async () => {
      const item = items[next++];
      return item === undefined ? null : Buffer.from(item, 'base64url');
    };
  }
  const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
  const signer = new ArweaveSigner(jwk as ConstructorParameters<typeof ArweaveSigner>[0]);
  let left = count;
  return async () => {
    if (left-- <= 0) return null;
    const item = createData('1', signer, { target, anchor: String(left).padStart(32, '0'), tags: TAGS });
    await item.sign(signer);
    return item.getRaw();
  };
}

async function run(order: ClientOrder): Promise<ClientReport> {
  const next = await signerOf(order);
  const latenciesMs: number[] = [];
  let last = '';
  const client = async (): Promise<void> => {
    for (let bytes = await next(); bytes !== null; bytes = await next()) {
      const sentAt = performance.now();
      const { id } = (await ask('POST', order.mu, bytes)) as { readonly id: string };
      const result = (await ask('GET', `${order.cu}/result/${id}?process-id=${order.process}`, null)) as {
        readonly Error?: unknown;
        readonly Messages: readonly { readonly Data: string }[];
      };
      if (result.Error !== undefined) throw new Error(String(result.Error));
      last = result.Messages[0]?.Data ?? '';
      latenciesMs.push(performance.now() - sentAt);
    }
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(Array.from({ length: order.clients }, client));
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000, latenciesMs: latenciesMs.sort((a, b) => a - b), last };
}

process.on('message', (order: ClientOrder) => {
  run(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
