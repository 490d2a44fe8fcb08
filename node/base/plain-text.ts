/** What programs paint their output with; nothing is lost without it. */
const COLOURS = /\u001B\[[\d;]*m/g;

/**
 * What a manifest, a network, a process or a recording says could hold commands for the terminal, which would hide lines, or worse: they are
 * shown as what they are. Lines and tabs stay, colours go.
 */
export function plainText(text: string): string {
  return text.replaceAll(COLOURS, '').replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** The same for what is one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll('\n', '\\x0a');
}
