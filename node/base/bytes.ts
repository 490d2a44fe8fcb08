const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** True when `text` is base64url without padding. */
export function isBase64Url(text: string): boolean {
  for (const letter of text) if (!ALPHABET.includes(letter)) return false;
  return text.length % 4 !== 1;
}

/** The parts, one after another, in a new array. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
