import { expect, it } from 'vitest';
import type { ToSign } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import { toAddress } from '../../contract/ids.ts';
import type { Tell } from '../../contract/rpc.ts';
import type { Agreed } from './agreed.ts';
import { createConsents } from './consent.ts';

const OF = {
  network: 'there',
  wallet: toAddress('w'.repeat(43)),
  addresses: { kind: 'units', gateway: 'http://g:1', su: 'http://s', cu: 'http://c', mu: 'http://m:2', upload: 'http://u:3' },
  warnings: (target: string) => (target === '' ? [] : [`look at ${target}`]),
} as const;
const AGREED: Agreed = {
  check({ data }) {
    if (data === 'other') throw new AoError('DEPLOY_CHANGED');
  },
  checkModule: () => undefined,
  spawned: () => undefined,
};

it('a yes to all asks no more, and still signs nothing that the plan does not say', async () => {
  const asked: ToSign[] = [];
  const tell: Tell = (_name, event) => {
    if (typeof event !== 'object' || event === null || !('kind' in event) || event.kind !== 'asks') return;
    asked.push(event.item);
    queueMicrotask(() => consents.answer(event.number, 'all'));
  };
  const consents = createConsents(tell);
  const consent = consents.begin(OF, AGREED, new AbortController().signal);
  await consent({ target: 't'.repeat(43), tags: [], data: 'x'.repeat(50_000) });
  await consent({ tags: [], data: 'more' });
  expect(asked).toHaveLength(1);
  await expect(consent({ tags: [], data: 'other' })).rejects.toMatchObject({ code: 'DEPLOY_CHANGED' });
  // All of a text is shown, and where it goes.
  expect(asked[0]).toMatchObject({ sentTo: 'm:2', dataBytes: 50_000, text: 'x'.repeat(50_000), warnings: [`look at ${'t'.repeat(43)}`] });

  const module = { tags: [{ name: 'Type', value: 'Module' }], data: Uint8Array.of(0, 0xff) };
  await consents.begin(OF, AGREED, new AbortController().signal)(module);
  const sha256 = '06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8';
  expect(asked[1]).toMatchObject({ what: 'Upload a module', sentTo: 'u:3', dataBytes: 2, text: null, sha256, warnings: [] });
});
