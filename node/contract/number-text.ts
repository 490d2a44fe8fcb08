/**
 * Whole numbers as text: five bits a letter, the lowest first, and a sixth that says that more follow. Short for small numbers,
 * and read several times faster than digits; no letter of it is written in another way inside JSON.
 */
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const MORE = 32;
const VALUES = new Uint8Array(128).map((_, code) => Math.max(0, LETTERS.indexOf(String.fromCharCode(code))));

/** @param numbers whole, from -2^52 to 2^53. */
export function numbersToText(numbers: readonly number[]): string {
  let text = '';
  for (const number of numbers) {
    // The sign stands in the lowest bit.
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    while (rest >= MORE) {
      text += LETTERS.charAt(MORE + (rest % MORE));
      rest = Math.floor(rest / MORE);
    }
    text += LETTERS.charAt(rest);
  }
  return text;
}

/** The numbers that {@link numbersToText} was given, `count` of them at most. */
export function numbersFromText(text: string, count: number): Float64Array {
  const numbers = new Float64Array(count);
  let at = 0;
  let sum = 0;
  let scale = 1;
  for (let index = 0; index < text.length && at < count; index += 1) {
    const value = VALUES[text.charCodeAt(index)] ?? 0;
    if (value >= MORE) {
      sum += (value - MORE) * scale;
      scale *= MORE;
      continue;
    }
    sum += value * scale;
    numbers[at] = sum % 2 === 1 ? -(sum + 1) / 2 : sum / 2;
    at += 1;
    sum = 0;
    scale = 1;
  }
  return numbers;
}
