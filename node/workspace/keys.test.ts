import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openKeys } from './keys.ts';

const PASSPHRASE = 'seven grey herons';
const never = new AbortController().signal;

test('a key goes into no folder of the project, however it is called, and a file that is broken is told by its own name', async () => {
  const root = mkdtempSync(join(tmpdir(), 'aoscope-keys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [folder, project] = [join(root, 'keys'), join(root, 'project')];
  mkdirSync(project);
  const { handlers, address } = openKeys(folder, () => project, null);
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
