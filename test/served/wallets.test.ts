import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ArweaveSigner, createData } from 'arbundles';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../../node/item/hash.ts';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { command, PATIENCE, seen } from '../kit/window.ts';

const TOKEN = resolve(import.meta.dirname, '../../node/samples/token');

/** The sample of three processes in a folder of its own, which knows `there` as the network practice. */
function projectFor({ node }: TestNode): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-wallets-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(TOKEN, path, { recursive: true });
  const file = join(path, 'aoscope.json');
  const { gateway, su, cu, mu } = node.urls;
  const practice = { kind: 'units', gateway, su, cu, mu, authority: node.opened.mu.address };
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), networks: { practice } }, null, 2));
  return path;
}

interface Wanted {
  readonly data: string;
  readonly tags: { readonly name: string; readonly value: string }[];
  readonly target?: string;
  readonly anchor?: string;
}

/** A wallet such as Wander puts into pages, with a key that does not leave this process. It signs what `change` makes of a wish. */
async function walletInPage(
  page: Page,
  change: (wish: Wanted) => Wanted = (wish) => wish,
): Promise<{ readonly address: string; readonly asked: string[] }> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 4096 });
  const jwk = privateKey.export({ format: 'jwk' }) as ConstructorParameters<typeof ArweaveSigner>[0];
  const signer = new ArweaveSigner(jwk);
  const asked: string[] = [];
  await page.exposeFunction('inWallet', async (call: string, wish?: Wanted): Promise<string> => {
    asked.push(call);
    if (call === 'getActivePublicKey') return String(createPublicKey(privateKey).export({ format: 'jwk' }).n);
    if (wish === undefined) return '';
    const { data, tags, target, anchor } = change(wish);
    const item = createData(Buffer.from(data, 'base64'), signer, {
      tags,
      ...(target === undefined ? {} : { target }),
      ...(anchor === undefined ? {} : { anchor }),
    });
    await item.sign(signer);
    return item.getRaw().toString('base64');
  });
  await page.addInitScript(() => {
    const ask = (...args: unknown[]): Promise<string> =>
      (Reflect.get(window, 'inWallet') as (...all: unknown[]) => Promise<string>)(...args);
    const wallet = {
      connect: (permissions: string[]) => ask(`connect ${permissions.join(' ')}`).then(() => undefined),
      getActivePublicKey: () => ask('getActivePublicKey'),
      async signDataItem({ data, ...rest }: { data: Uint8Array }): Promise<ArrayBuffer> {
        let binary = '';
        for (const byte of data) binary += String.fromCharCode(byte);
        const signed = await ask('signDataItem', { ...rest, data: btoa(binary) });
        return Uint8Array.from(atob(signed), (letter) => letter.charCodeAt(0)).buffer;
      },
    };
    Object.defineProperty(window, 'arweaveWallet', { value: wallet });
  });
  return { address: sha256(Buffer.from(String(jwk.n), 'base64url')).toString('base64url'), asked };
}

/** Connects the wallet, plans and rehearses, up to the first question before a signature. */
async function upToSigning(page: Page): Promise<void> {
  await command(page, 'Deploy to a network');
  await seen(page.getByRole('radio', { name: /practice/ }));
  await page.getByRole('radio', { name: /practice/ }).check();
  await page.getByRole('button', { name: 'Connect a browser wallet' }).click();
  await seen(page.getByRole('radio', { name: /Browser wallet/ }));
  await page.getByRole('button', { name: 'Make a plan' }).click();
  await seen(page.getByRole('list', { name: 'What it would do' }).getByText('then a message Mint'));
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await seen(page.getByText(/\d tests passed/));
  await page.getByRole('button', { name: 'Sign and deploy…' }).click();
}

it('the wallet of the browser signs a deployment, and names of the address book stand in what is signed', async () => {
  const there = await startNode({ http: true });
  const app = await openServed({ project: projectFor(there) });
  onTestFinished(app.close);
  const { page } = app;
  await command(page, 'Deploy to a network');
  // Without a wallet in the browser it says what to do.
  await page.getByRole('button', { name: 'Connect a browser wallet' }).click();
  await seen(page.getByText('WALLET_BROWSER_NONE'));
  const wallet = await walletInPage(page);
  await page.reload();

  await command(page, 'Address book');
  const book = page.getByRole('dialog', { name: 'Address book' });
  await book.getByLabel('Address', { exact: true }).fill('no address');
  await book.getByLabel('Name', { exact: true }).fill('my browser');
  await seen(book.getByText('This is none: an address has 43 characters, or 0x and 40 digits.'));
  expect(await book.getByRole('button', { name: 'Keep' }).isDisabled()).toBe(true);
  await book.getByLabel('Address', { exact: true }).fill(wallet.address);
  await book.getByRole('button', { name: 'Keep' }).click();
  await seen(book.getByRole('list', { name: 'Addresses' }).getByText('my browser'));
  // What is forgotten comes back, and takes nothing from what is being written.
  await book.getByLabel('Name', { exact: true }).fill('half a name');
  await book.getByRole('button', { name: 'Forget my browser' }).click();
  await seen(book.getByText('my browser is forgotten.'));
  expect(await book.getByLabel('Name', { exact: true }).inputValue()).toBe('half a name');
  await book.getByRole('button', { name: 'Undo' }).click();
  await seen(book.getByRole('list', { name: 'Addresses' }).getByText('my browser'));
  expect(await violations(page)).toEqual([]);
  await app.picture('address-book');
  await book.getByRole('button', { name: 'Close' }).click();

  await upToSigning(page);
  const sign = page.getByRole('dialog', { name: 'Sign for practice?' });
  await seen(sign.getByText('my browser').first());
  expect(await sign.textContent()).toContain(wallet.address);
  await app.picture('deploy-sign-named');
  await sign.getByRole('button', { name: 'Sign this and all that follow' }).click();
  await expect.poll(() => page.getByText('answered as in the rehearsal').count(), PATIENCE).toBe(3);
  await there.idle();
  const owners = (await there.facts('su')).flatMap((fact) => (fact.kind === 'su.assigned' && fact.slot === 0 ? [fact.process] : []));
  expect(owners).toHaveLength(3);
  expect(wallet.asked[0]).toBe('connect ACCESS_ADDRESS ACCESS_PUBLIC_KEY SIGN_TRANSACTION');
  expect(wallet.asked.filter((call) => call === 'signDataItem').length).toBeGreaterThanOrEqual(4);
  expect(readFileSync(join(app.home, 'addresses.json'), 'utf8')).toContain(wallet.address);
  // It is forgotten at a word.
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect.poll(() => page.getByRole('radio', { name: /Browser wallet/ }).count(), PATIENCE).toBe(0);
});

it('what a wallet of the browser signs instead of what it was asked for is sent nowhere', async () => {
  const there = await startNode({ http: true });
  const app = await openServed({ project: projectFor(there) });
  onTestFinished(app.close);
  const { page } = app;
  await walletInPage(page, (wish) => ({ ...wish, data: Buffer.from('return "other"').toString('base64') }));
  await page.reload();
  await upToSigning(page);
  await page.getByRole('button', { name: 'Sign this and all that follow' }).click();
  await seen(page.getByText('what it signed is not what it was asked for').first());
  expect(await there.facts('su')).toEqual([]);
});
