import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync } from 'node:crypto';
import { connect, createSigner } from '@permaweb/aoconnect';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Tag } from '../../node/contract/item.ts';
import { buildItem } from '../../node/item/build.ts';
import { openItem } from '../../node/item/parse.ts';
import { walletOfText, type Wallet } from '../../node/item/wallet.ts';

/**
 * What the published client sends to a HyperBEAM node in its mainnet mode, taken down on loopback: no HyperBEAM node answers here. The
 * items in it are compared with what this app signs from the same fields, byte for byte where signatures are alike each time.
 */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly codec: string;
  readonly body: Buffer;
}

const KEY = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318';
const PROCESS = `${'p'.repeat(42)}o`;
const MODULE = 'm'.repeat(43);
const NODE = 'n'.repeat(43);
const READ: readonly Tag[] = [
  { name: 'signing-format', value: 'ans104' },
  { name: 'accept-bundle', value: 'true' },
  { name: 'require-codec', value: 'application/json' },
];
const protocol = (type: string): readonly Tag[] => [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Type', value: type },
  { name: 'Variant', value: 'ao.N.1' },
];

/** Answers as the client expects it of a HyperBEAM node, and keeps what was asked. */
async function listener(): Promise<{ url: string; sent: Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((asked, reply) => {
    const parts: Buffer[] = [];
    asked.on('data', (part: Buffer) => parts.push(part));
    asked.on('end', () => {
      const { method = '', url = '', headers } = asked;
      if (method === 'POST')
        sent.push({
          method,
          path: url,
          type: headers['content-type'] ?? '',
          codec: String(headers['codec-device']),
          body: Buffer.concat(parts),
        });
      if (url.includes('info/address')) return void reply.end(NODE);
      if (url.endsWith('slot/current')) return void reply.end('7');
      reply.setHeader('process', PROCESS);
      reply.setHeader('Content-Type', 'application/json');
      reply.end(JSON.stringify({ slot: 7, raw: { Output: { data: 'done' }, Messages: [], Spawns: [], Assignments: [] } }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
}

/** The client says its types for its other mode. */
const call = z.custom<(args: object) => Promise<unknown>>((raw) => typeof raw === 'function');
const calls = z.object({ spawn: call, message: call, result: call, results: call, dryrun: call });

/** The client's signer, over a wallet of ours. */
function signerOf({ owner, signatureType, sign }: Wallet): never {
  const signer = async (create: (of: object) => Promise<Uint8Array>): Promise<object> => {
    const bytes = await create({ type: signatureType, publicKey: owner, alg: 'ethereum' });
    return { signature: sign(bytes), address: 'ours' };
  };
  return signer as never;
}

test('each request is a POST whose body is one signed item, and the item is what this app signs from the same fields', async () => {
  const wallet = walletOfText(KEY, 'key');
  const { url, sent } = await listener();
  const client = calls.parse(connect({ MODE: 'mainnet', URL: url, signer: signerOf(wallet) }));
  expect(
    await client.spawn({
      module: MODULE,
      tags: [
        { name: 'Name', value: 'bank' },
        { name: 'On-Boot', value: 'Data' },
      ],
      data: 'print(1)',
    }),
  ).toBe(PROCESS);
  expect(await client.message({ process: PROCESS, tags: [{ name: 'Action', value: 'Grüße' }], data: 'ja' })).toBe(7);
  expect(await client.result({ process: PROCESS, slot: 7 })).toMatchObject({ Output: { data: 'done' } });
  await client.results({ process: PROCESS });
  await client.dryrun({ process: PROCESS, tags: [{ name: 'Action', value: 'Info' }] });

  const ours = (target: string, tags: readonly Tag[], data: string): Buffer =>
    Buffer.from(buildItem(wallet, { ...(target === '' ? {} : { target }), tags, data }).bytes);
  const spawnTags: Tag[] = [
    { name: 'device', value: 'process@1.0' },
    { name: 'scheduler-device', value: 'scheduler@1.0' },
    { name: 'push-device', value: 'push@1.0' },
    { name: 'execution-device', value: 'genesis-wasm@1.0' },
    { name: 'Authority', value: NODE },
    { name: 'Scheduler', value: NODE },
    { name: 'Module', value: MODULE },
    { name: 'Name', value: 'bank' },
    { name: 'On-Boot', value: 'Data' },
    { name: 'signing-format', value: 'ans104' },
    { name: 'accept-bundle', value: 'true' },
    { name: 'accept-codec', value: 'httpsig@1.0' },
    ...protocol('Process'),
  ];
  const message = [...READ, ...protocol('Message')];
  const slotTags = [...READ.slice(0, 2), { name: 'accept-codec', value: 'httpsig@1.0' }, ...protocol('Message')];
  const expected: readonly (readonly [string, Buffer])[] = [
    ['/push', ours('', spawnTags, 'print(1)')],
    [`/${PROCESS}~process@1.0/push`, ours(PROCESS, [{ name: 'Action', value: 'Grüße' }, ...message], 'ja')],
    [`/${PROCESS}~process@1.0/compute/results=7`, ours(PROCESS, message, '1984')],
    [`/${PROCESS}/slot/current`, ours('', slotTags, '')],
    [`/${PROCESS}/compute/results=7`, ours('', message, '')],
    [`/${PROCESS}~process@1.0/as=execution/compute&Action=Info`, ours(PROCESS, message, '1984')],
  ];
  expect(sent.map(({ path }) => path)).toEqual(expected.map(([path]) => path));
  for (const [at, { type, codec, body }] of sent.entries()) {
    expect([type, codec]).toEqual(['application/ans104', 'ans104@1.0']);
    expect(body.equals(expected[at]?.[1] ?? Buffer.alloc(0)), `the item of ${sent[at]?.path}`).toBe(true);
  }
}, 60_000);

test('a key of Arweave signs another way each time: the item is the same but for that, and each side takes the other’s signature', async () => {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
  const wallet = walletOfText(JSON.stringify(jwk), 'key');
  const { url, sent } = await listener();
  const client = calls.parse(connect({ MODE: 'mainnet', URL: url, signer: createSigner(jwk as never) }));
  await client.message({ process: PROCESS, tags: [{ name: 'Action', value: 'Info' }], data: 'x' });
  const [theirs] = sent;
  if (theirs === undefined) throw new Error('nothing was sent');
  // Theirs, by our door for bytes of strangers.
  const item = await openItem(theirs.body, 1024 * 1024);
  expect(item).toMatchObject({ address: wallet.address, target: PROCESS, data: 'x' });
  const ours = Buffer.from(buildItem(wallet, { target: PROCESS, tags: item.tags, data: 'x' }).bytes);
  const [head, signature] = [2, 512];
  expect(ours.subarray(0, head).equals(theirs.body.subarray(0, head))).toBe(true);
  expect(ours.subarray(head + signature).equals(theirs.body.subarray(head + signature))).toBe(true);
  // Ours, by the check that the client makes of what it has signed.
  const { DataItem } = await import('arbundles');
  expect(await DataItem.verify(ours)).toBe(true);
}, 60_000);
