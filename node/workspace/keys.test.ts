import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openKeys } from './keys.ts';

const PASSPHRASE = 'seven grey herons';
const never = new AbortController().signal;

test('a key goes into no folder of the project, however it is called, and a file that is broken is told by its own name', async () => {
  const root = mkdtempSync(join(tmpdir(), 'aoscope-keys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [folder, project] = [join(root, 'keys'), join(root, 'project')];
  mkdirSync(project);
  const { handlers, address } = openKeys(
    folder,
    () => project,
    null,
    () => undefined,
  );
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
  const { handlers } = openKeys(
    folder,
    () => folder,
    null,
    () => (heard += 1),
  );
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
