import { expect, it } from 'vitest';
import { buildItem } from '../item/build.ts';
import { createWallet } from '../item/wallet.ts';
import type { Client } from '../contract/rpc.ts';
import { createSigning, type ModuleHeads } from './signing.ts';

const TAGS = [{ name: 'Type', value: 'Module' }];
const DATA = Buffer.from('a program');
const nobody: Client['ask'] = () => Promise.reject(new Error('nobody is asked'));
const headOf = ({ bytes }: { readonly bytes: Uint8Array }): string =>
  Buffer.from(bytes.subarray(0, bytes.length - DATA.length)).toString('base64url');

it('a head of a signed module is used again where it is the own one, and not where somebody else has written it', async () => {
  const [wallet, other] = [createWallet(), createWallet()];
  let known: string | null = null;
  const heads: ModuleHeads = { read: () => known, keep: async (_key, head) => void (known = head) };
  let asked = 0;
  const consent = async (): Promise<void> => void asked++;
  const signing = createSigning('', nobody, () => ({ authority: null, scheduler: null }), { wallet, heads, consent });
  const first = await signing.signModule(TAGS, DATA);
  expect((await signing.signModule(TAGS, DATA)).id).toBe(first.id);
  expect(asked).toBe(1);
  const others = [
    headOf(buildItem(other, { tags: TAGS, data: DATA })),
    headOf(buildItem(wallet, { tags: [{ name: 'Type', value: 'Other' }], data: DATA })),
    headOf(buildItem(wallet, { tags: TAGS, data: Buffer.from('b program') })),
    'rubbish',
  ];
  for (const head of others) {
    known = head;
    asked = 0;
    expect((await signing.signModule(TAGS, DATA)).id).toBe(first.id);
    expect(asked).toBe(1);
  }
});
