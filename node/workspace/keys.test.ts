import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openKeyring } from './keyring.ts';
import { openKeys } from './keys.ts';
import type { FoundKeyStore } from './ports.ts';

const PASSPHRASE = 'seven grey herons';
const never = new AbortController().signal;
const PORTS = {
  choose: null,
  keyStore: () => ({ store: null, reason: 'none here' }),
  confirm: async () => false,
  changed: () => undefined,
};

test('a key goes into no folder of the project, however it is called, and a file that is broken is told by its own name', async () => {
  const root = mkdtempSync(join(tmpdir(), 'aoscope-keys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [folder, project] = [join(root, 'keys'), join(root, 'project')];
  mkdirSync(project);
  const { handlers, address } = openKeys({ ...PORTS, folder, project: () => project });
  for (const name of ['first', 'second']) await handlers['keys.make']({ name, kind: 'ethereum', passphrase: PASSPHRASE }, never);
  const inside = join(project, '..key');
  await expect(handlers['keys.export']({ name: 'first', path: inside, passphrase: PASSPHRASE }, never)).rejects.toMatchObject({
    code: 'WALLET_INSIDE',
  });
  expect(existsSync(inside)).toBe(false);
  const beside = join(root, 'project..key');
  await handlers['keys.export']({ name: 'first', path: beside, passphrase: PASSPHRASE }, never);
  expect(existsSync(beside)).toBe(true);

  for (const name of ['first', 'second']) writeFileSync(join(folder, `${name}.key`), 'rubbish');
  await expect(address('second')).rejects.toMatchObject({ code: 'WALLET_KEPT_BROKEN', details: { path: join(folder, 'second.key') } });
}, 60_000);

test('whoever shows the keys hears when one is made, locked, opened and removed, and when its half hour is over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let heard = 0;
  const { handlers } = openKeys({ ...PORTS, folder, project: () => folder, changed: () => (heard += 1) });
  const isOpen = async (): Promise<boolean | undefined> => (await handlers['keys.list']({}, never)).keys[0]?.isOpen;
  const hears = async (act: () => unknown): Promise<void> => {
    heard = 0;
    await act();
    expect(heard).toBeGreaterThan(0);
  };
  await hears(() => handlers['keys.make']({ name: 'savings', kind: 'ethereum', passphrase: PASSPHRASE }, never));
  expect(await isOpen()).toBe(true);
  await hears(() => vi.advanceTimersByTime(30 * 60_000));
  expect(await isOpen()).toBe(false);
  await hears(() => handlers['keys.unlock']({ name: 'savings', passphrase: PASSPHRASE }, never));
  await hears(() => handlers['keys.lock']({ name: 'savings' }, never));
  expect(await isOpen()).toBe(false);
  await hears(() => handlers['keys.remove']({ name: 'savings', passphrase: PASSPHRASE }, never));
  expect(await isOpen()).toBeUndefined();
});

test('a key that the system keeps needs no passphrase, is unlocked, leaves it and goes only by a yes beside the window, and opens in no other store', async () => {
  const root = mkdtempSync(join(tmpdir(), 'aoscope-keys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [folder, project] = [join(root, 'keys'), join(root, 'project')];
  /** The store of one person on one computer. */
  const storeOf = (secret: number): FoundKeyStore => {
    const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ secret);
    return {
      name: 'a store',
      store: { seal: async (text) => turned(Buffer.from(text)), open: async (sealed) => Buffer.from(turned(sealed)).toString() },
    };
  };
  const asked: string[] = [];
  let isMeant = false;
  const confirm = async (wish: string, name: string, to: string | null): Promise<boolean> =>
    asked.push(`${wish} ${name}${to === null ? '' : ` to ${to}`}`) > 0 && isMeant;
  const ports = { ...PORTS, folder, project: () => project, confirm };
  const { handlers, wallet } = openKeys({ ...ports, keyStore: () => storeOf(90) });
  const name = 'mine';
  await handlers['keys.make']({ name, kind: 'ethereum', passphrase: null }, never);
  const { keys, store } = await handlers['keys.list']({}, never);
  expect(store).toEqual({ isThere: true, name: 'a store' });
  expect(keys).toMatchObject([{ name, kept: 'system', isOpen: true }]);
  await handlers['keys.lock']({ name }, never);

  const path = join(root, 'open.key');
  const wishes = {
    unlock: () => handlers['keys.unlock']({ name, passphrase: null }, never),
    export: () => handlers['keys.export']({ name, path, passphrase: null }, never),
    remove: () => handlers['keys.remove']({ name, passphrase: null }, never),
  };
  for (const wish of Object.values(wishes)) await expect(wish()).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(wallet(name)).rejects.toMatchObject({ code: 'WALLET_LOCKED' });
  expect(existsSync(path)).toBe(false);
  const fileOf = join(folder, 'mine.key');
  const kept = readFileSync(fileOf, 'utf8');
  isMeant = true;
  await wishes.unlock();
  expect((await wallet(name)).address).toBe(keys[0]?.address);
  await wishes.export();
  expect(kept).not.toContain(readFileSync(path, 'utf8').trim());

  // Another person, a terminal, and somebody who has written another address into the file.
  const another = openKeys({ ...ports, keyStore: () => storeOf(91) });
  await expect(another.handlers['keys.unlock']({ name, passphrase: null }, never)).rejects.toMatchObject({ code: 'WALLET_SYSTEM_SHUT' });
  await expect(openKeyring(folder).text(name, PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_SYSTEM' });
  writeFileSync(fileOf, kept.replace(keys[0]?.address ?? '', 'A'.repeat(43)));
  await expect(handlers['keys.unlock']({ name, passphrase: null }, never)).rejects.toMatchObject({ code: 'WALLET_SYSTEM_SHUT' });
  writeFileSync(fileOf, kept);
  await wishes.remove();
  const refused = ['unlock mine', `export mine to ${path}`, 'remove mine'];
  expect(asked).toEqual([...refused, 'unlock mine', `export mine to ${path}`, 'unlock mine', 'unlock mine', 'remove mine']);
  // Where the system has no store, nothing is kept without a passphrase.
  const bare = openKeys(ports);
  await expect(bare.handlers['keys.make']({ name, kind: 'ethereum', passphrase: null }, never)).rejects.toMatchObject({
    code: 'WALLET_SYSTEM_NONE',
  });
  expect(existsSync(fileOf)).toBe(false);
});
