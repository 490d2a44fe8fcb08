import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, PATIENCE, seen } from '../kit/window.ts';

const TOKEN = resolve(import.meta.dirname, '../../node/samples/token');
const PASSPHRASE = 'seven grey herons';

function tokenProject(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-forms-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(TOKEN, path, { recursive: true });
  return path;
}

/** Once the window has opened the project's first file: that comes to the front by itself. */
async function openDeploy(page: Page): Promise<void> {
  await seen(page.locator('.code-editor .view-lines').first());
  await command(page, 'Deploy to a network');
}

/** An address that takes every question and answers none. */
async function silent(): Promise<string> {
  const server = createServer(() => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fillAddresses(form: Locator, url: string): Promise<void> {
  for (const label of ['Gateway', 'Scheduler unit', 'Compute unit', 'Messenger unit'])
    await form.getByLabel(label, { exact: true }).fill(url);
}

async function fillWallet(page: Page, name: string, kind: 'Ethereum' | 'Arweave'): Promise<Locator> {
  await page.getByRole('button', { name: 'New wallet…' }).click();
  const form = page.getByRole('dialog', { name: 'New wallet' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel(kind).check();
  await form.getByLabel('Passphrase').fill(PASSPHRASE);
  await form.getByLabel('The same again').fill(PASSPHRASE);
  await form.getByRole('button', { name: 'Make it' }).click();
  return form;
}

it('without a project Deploy says so, and opens one', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  await command(app.page, 'Deploy to a network');
  await seen(app.page.locator('.deploy').getByRole('button', { name: 'Open folder…' }));
  await app.picture('deploy-no-project');
  expect(await violations(app.page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});

it('a network is not overwritten by a new one of its name, and what was only tried out is not told of it', async () => {
  const path = tokenProject();
  const app = await openServed({ project: path, size: { width: 1000, height: 640 } });
  onTestFinished(app.close);
  const { page } = app;
  const url = await silent();
  await openDeploy(page);
  const add = async (): Promise<Locator> => {
    await page.getByRole('button', { name: 'Add a network…' }).click();
    const form = page.getByRole('dialog', { name: 'Add a network' });
    await form.getByLabel('Name').fill('practice');
    return form;
  };
  const first = await add();
  await fillAddresses(first, url);
  await first.getByRole('button', { name: 'Save' }).click();
  await seen(page.getByRole('radio', { name: /practice/ }));

  const second = await add();
  await fillAddresses(second, 'http://127.0.0.1:9');
  await seen(second.getByText('There is a network of that name.'));
  expect(await second.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await app.picture('deploy-name-taken');
  await second.getByLabel('Name').press('Enter');
  expect(readFileSync(join(path, 'aoscope.json'), 'utf8')).not.toContain('127.0.0.1:9"');
  await second.getByRole('button', { name: 'Cancel' }).click();

  // Other addresses are tried out for the one that is kept, and let be.
  await page.getByRole('button', { name: 'Edit practice' }).click();
  const edit = page.getByRole('dialog', { name: 'The network practice' });
  await edit.getByLabel('Compute unit', { exact: true }).fill('http://127.0.0.1:9');
  await edit.getByRole('button', { name: 'Examine' }).click();
  await seen(edit.getByRole('list', { name: 'What practice answers' }));
  await edit.getByLabel('A HyperBEAM node').check();
  await edit.getByLabel('Units with an address each').check();
  expect(await edit.getByRole('list', { name: 'What practice answers' }).count()).toBe(0);
  await edit.getByRole('button', { name: 'Cancel' }).click();
  await seen(page.getByRole('list', { name: 'Addresses of practice' }));
  expect(await page.getByRole('list', { name: 'What practice answers' }).count()).toBe(0);
  expect(app.pageErrors).toEqual([]);
});

it('a wallet that is made while another form is open leaves that one alone', async () => {
  const app = await openServed({ project: tokenProject(), size: { width: 1000, height: 640 } });
  onTestFinished(app.close);
  const { page } = app;
  await openDeploy(page);
  const form = await fillWallet(page, 'slow', 'Arweave');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Import…' }).click();
  const other = page.getByRole('dialog', { name: 'Import a wallet' });
  await other.getByLabel('Name').fill('mine');
  await page.getByRole('radio', { name: /slow/, includeHidden: true }).waitFor({ state: 'attached', timeout: PATIENCE.timeout });
  await seen(other);
  expect(await other.getByLabel('Name').inputValue()).toBe('mine');
  expect(app.pageErrors).toEqual([]);
});

it('planning against a network that does not answer is stopped, and what it ended in stands with the plan', async () => {
  const app = await openServed({ project: tokenProject(), size: { width: 1000, height: 640 } });
  onTestFinished(app.close);
  const { page } = app;
  await openDeploy(page);
  await page.getByRole('button', { name: 'Add a network…' }).click();
  const form = page.getByRole('dialog', { name: 'Add a network' });
  await form.getByLabel('Name').fill('silent');
  await fillAddresses(form, await silent());
  await form.getByRole('button', { name: 'Save' }).click();
  await seen(page.getByRole('radio', { name: /silent/ }));
  await fillWallet(page, 'savings', 'Ethereum');
  await seen(page.getByRole('radio', { name: /savings/ }));
  const plan = page.getByRole('region', { name: '1. Plan' });
  await plan.getByRole('button', { name: 'Make a plan' }).click();
  await seen(plan.getByRole('button', { name: 'Stop' }));
  expect(await page.getByRole('button', { name: 'Add a network…' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'New wallet…' }).isDisabled()).toBe(true);
  await plan.getByRole('button', { name: 'Stop' }).click();
  await seen(plan.getByText('Stopped.'));
  await app.picture('deploy-plan-stopped');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});
