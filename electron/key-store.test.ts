import { expect, test } from 'vitest';
import { systemKeyStore, type SystemSafe } from './key-store.ts';

/** Electron's safeStorage as it behaves with that store of Linux. */
function safe(backend: string | null, isAvailable = true): SystemSafe {
  return {
    isEncryptionAvailable: () => isAvailable,
    encryptString: (text) => Buffer.from(text).reverse(),
    decryptString: (bytes) => Buffer.from(bytes).reverse().toString(),
    ...(backend === null ? {} : { getSelectedStorageBackend: () => backend }),
  } as SystemSafe;
}

test.each([
  ['linux', 'basic_text', true],
  ['linux', 'unknown', true],
  ['linux', null, true],
  ['linux', 'gnome_libsecret', false],
  ['darwin', null, false],
])('no key is given to a store that is none: on %s with %s, available %s', (platform, backend, isAvailable) => {
  const found = systemKeyStore(safe(backend, isAvailable), platform);
  expect(found.store).toBeNull();
  expect(found).toHaveProperty('reason');
});

test.each([
  ['linux', 'gnome_libsecret', 'libsecret'],
  ['linux', 'kwallet6', 'KWallet'],
  ['darwin', null, 'keychain'],
  ['win32', null, 'Windows'],
])('a real one is named and used: on %s %s', async (platform, backend, word) => {
  const found = systemKeyStore(safe(backend), platform);
  if (found.store === null) throw new Error(found.reason);
  expect(found.name).toContain(word);
  const sealed = await found.store.seal('a key');
  expect(await found.store.open(sealed)).toBe('a key');
});
