import { afterEach, beforeEach, expect, test } from 'vitest';
import { AoError } from '../contract/errors.ts';
import { toItemId } from '../contract/ids.ts';
import { createWallet } from '../item/wallet.ts';
import { bundled, signed, startTestGateway, type TestGateway } from './gateway.fixture.ts';

const wallet = createWallet();
const signal = new AbortController().signal;
let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.end());

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return error instanceof AoError ? error.code : String(error);
  }
}

test('an upload is there for the other units, with its text and its bytes', async () => {
  const item = signed(wallet, { Type: 'Message', Action: 'Hi' }, 'hello');
  expect(await gateway.handlers['gateway.upload']({ item: item.raw }, signal)).toEqual({ id: item.id });
  const found = await gateway.handlers['gateway.item']({ id: item.id }, signal);
  expect(found).toMatchObject({ id: item.id, address: wallet.address, data: 'hello', dataBytes: 5 });
  const { data } = await gateway.handlers['gateway.data']({ id: item.id }, signal);
  expect(Buffer.from(data, 'base64url').toString()).toBe('hello');
});

test('an item is shown as it was signed, field by field, with id and signature checked anew', async () => {
  const item = signed(wallet, { Type: 'Message', Action: 'Look' }, 'as it lies');
  await gateway.handlers['gateway.upload']({ item: item.raw }, signal);
  const { form } = await gateway.handlers['gateway.signed']({ id: item.id, from: 0, limit: 65_536 }, signal);
  const bytes = Buffer.from(item.raw, 'base64url');
  expect(form).toMatchObject({ totalBytes: bytes.length, bytes: item.raw, isIdRight: true, isSignatureValid: true });
  const part = (name: string): Buffer => {
    const field = form?.fields.find((one) => one.name === name);
    return bytes.subarray(field?.start, field?.end);
  };
  expect(part('data').toString()).toBe('as it lies');
  expect(part('tags').toString('latin1')).toContain('Look');
  const { signatureType } = await gateway.handlers['gateway.item']({ id: item.id }, signal);
  expect(part('signature type').readUInt16LE()).toBe(signatureType);
  expect(form?.fields.at(-1)?.end).toBe(bytes.length);
  const { form: rest } = await gateway.handlers['gateway.signed']({ id: item.id, from: bytes.length - 4, limit: 64 }, signal);
  expect(Buffer.from(rest?.bytes ?? '', 'base64url').toString()).toBe('lies');
});

test('the same upload again answers the same id and is told once', async () => {
  const { raw: item, id } = signed(wallet, { Type: 'Module' });
  const answers = await Promise.all([1, 2, 3].map(() => gateway.handlers['gateway.upload']({ item }, signal)));
  expect(answers).toEqual([{ id }, { id }, { id }]);
  const { facts } = await gateway.handlers['gateway.facts']({ after: 0, limit: 10 }, signal);
  expect(facts).toMatchObject([{ kind: 'gateway.accepted', id, type: 'Module', dataBytes: 4, seq: 1 }]);
});

test('what was answered is still there after the gateway was opened again, and blocks keep their ids', async () => {
  const { raw: item, id } = signed(wallet, {}, 'kept');
  await gateway.handlers['gateway.upload']({ item }, signal);
  const before = await (await fetch(`${gateway.url}/block/height/1500000`)).json();
  await gateway.close();
  gateway = await startTestGateway(gateway.dataDir);
  expect(await (await fetch(`${gateway.url}/${id}`)).text()).toBe('kept');
  expect(await (await fetch(`${gateway.url}/block/height/1500000`)).json()).toEqual(before);
});

test('every item in a bundle, and in a bundle in that bundle, can be had by its own id', async () => {
  const [one, two, deep] = [
    signed(wallet, { Name: 'one' }, 'first'),
    signed(wallet, { Name: 'two' }, ''),
    signed(wallet, { Name: 'deep' }, 'third'),
  ];
  const inner = await bundled(wallet, [deep]);
  const outer = await bundled(wallet, [one, two, inner]);
  await gateway.handlers['gateway.upload']({ item: outer.raw }, signal);
  const texts = await Promise.all([one, two, deep].map(async ({ id }) => (await gateway.handlers['gateway.item']({ id }, signal)).data));
  expect(texts).toEqual(['first', '', 'third']);
  const { facts } = await gateway.handlers['gateway.facts']({ after: 0, limit: 10 }, signal);
  expect(facts.map((fact) => ('id' in fact ? fact.id : ''))).toEqual([outer.id, one.id, two.id, inner.id, deep.id]);
});

test('a bundle with one bad item is refused as a whole', async () => {
  const [good, bad] = [signed(wallet, {}, 'good'), signed(wallet, {}, 'bad!')];
  bad.bytes[bad.bytes.length - 1] = 0;
  const outer = await bundled(wallet, [good, bad]);
  expect(await codeOf(gateway.handlers['gateway.upload']({ item: outer.raw }, signal))).toBe('BUNDLE_BROKEN');
  expect(await codeOf(gateway.handlers['gateway.item']({ id: good.id }, signal))).toBe('ITEM_NOT_FOUND');
});

test('bundles whose numbers lie are refused', async () => {
  const tags = { 'Bundle-Format': 'binary', 'Bundle-Version': '2.0.0' };
  const huge = Buffer.alloc(32, 0xff);
  const many = Buffer.alloc(96);
  many[0] = 200;
  const long = Buffer.alloc(200);
  long[0] = 1;
  long[32] = 199;
  for (const data of [Buffer.alloc(5), huge, many, long]) {
    expect(await codeOf(gateway.handlers['gateway.upload']({ item: signed(wallet, tags, data).raw }, signal))).toBe('BUNDLE_BROKEN');
  }
});

test('a refused upload is told as a fact with its reason, and its id where the bytes still give one', async () => {
  const { bytes, id } = signed(wallet, {}, 'text');
  bytes[bytes.length - 1] = 0;
  const response = await fetch(`${gateway.url}/v1/tx`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: Uint8Array.from(bytes),
  });
  expect(await response.json()).toMatchObject({ code: 'ITEM_BAD_SIGNATURE' });
  expect(await codeOf(gateway.handlers['gateway.upload']({ item: 'AQ' }, signal))).toBe('ITEM_TRUNCATED');
  const { facts } = await gateway.handlers['gateway.facts']({ after: 0, limit: 10 }, signal);
  expect(facts).toMatchObject([
    { kind: 'gateway.rejected', id, code: 'ITEM_BAD_SIGNATURE' },
    { kind: 'gateway.rejected', id: null, code: 'ITEM_TRUNCATED' },
  ]);
});

test('an item that nobody uploaded is unknown', async () => {
  const id = toItemId('A'.repeat(43));
  expect(await codeOf(gateway.handlers['gateway.item']({ id }, signal))).toBe('ITEM_NOT_FOUND');
  expect(await codeOf(gateway.handlers['gateway.data']({ id }, signal))).toBe('ITEM_NOT_FOUND');
});
