import type { SafeStorage } from 'electron';
import type { FoundKeyStore } from '../node/workspace/ports.ts';

/** What is asked of Electron's safeStorage. Versions before 26 may not say which store of Linux they have chosen. */
export type SystemSafe = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> & {
  readonly getSelectedStorageBackend?: () => string;
};

const NAMES: Readonly<Record<string, string>> = {
  darwin: 'the keychain of macOS',
  win32: 'the data protection of Windows',
  gnome_libsecret: 'the keyring of this desktop (libsecret)',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
};

/**
 * The system's store of keys, where it is a real one. On Linux without a keyring Chromium falls back to `basic_text`, which encrypts with a
 * password that stands in its source: that is refused, and a passphrase is what is left.
 * To be called when the app is ready.
 */
export function systemKeyStore(safe: SystemSafe, platform: string): FoundKeyStore {
  const backend = platform === 'linux' ? (safe.getSelectedStorageBackend?.() ?? 'unknown') : platform;
  if (backend === 'basic_text')
    return { store: null, reason: 'no keyring runs in this session, and what Chromium would do instead (basic_text) hides nothing' };
  const name = NAMES[backend];
  if (name === undefined) return { store: null, reason: 'no keyring of this session is known' };
  if (!safe.isEncryptionAvailable()) return { store: null, reason: `${name} is locked or does not answer` };
  return {
    name,
    store: {
      seal: async (text) => safe.encryptString(text),
      open: async (sealed) => safe.decryptString(Buffer.from(sealed)),
    },
  };
}
