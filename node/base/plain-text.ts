/** What programs paint their output with; nothing is lost without it. */
const COLOURS = /\u001B\[[\d;]*m/g;

/**
 * What a manifest, a network, a process or a recording says could hold commands for the terminal, which would hide lines, or worse: they are
 * shown as what they are, as are characters that turn the order in which a line is read. Lines and tabs stay, colours go.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(COLOURS, '')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, (character) => `\\x${numberOf(character).padStart(2, '0')}`)
    .replaceAll(/[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g, (character) => `\\u{${numberOf(character)}}`);
}

function numberOf(character: string): string {
  return character.charCodeAt(0).toString(16);
}

/** The same for what is one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll('\n', '\\x0a');
}
