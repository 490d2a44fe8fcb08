/** A line that ends or changes the many lines before it, as in the aos terminal's `.editor`. */
export type EditorWord = '.done' | '.cancel' | '.print' | '.delete';

const WORDS: readonly EditorWord[] = ['.done', '.cancel', '.print', '.delete'];

/** The word that was typed as the last line of a text, and the text before it; null where there is none. */
export function editorWord(text: string): { readonly word: EditorWord; readonly before: string } | null {
  const at = text.trimEnd().lastIndexOf('\n');
  const typed = text.slice(at + 1).trim();
  const word = WORDS.find((one) => one === typed);
  return word === undefined ? null : { word, before: at < 0 ? '' : text.slice(0, at) };
}

/** A text without its last line. */
export function withoutLastLine(text: string): string {
  const at = text.trimEnd().lastIndexOf('\n');
  return at < 0 ? '' : text.slice(0, at + 1);
}

/** The line break with the spaces that the line at a place begins with. */
export function lineBreakAt(text: string, place: number): string {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  return `\n${/^[ \t]*/.exec(line)?.[0] ?? ''}`;
}

/** Does Enter at a place make an empty line at the very end? It says that the text is to go as it is. */
export function endsEmpty(text: string, place: number): boolean {
  return place === text.length && /\n[ \t]*$/.test(text);
}
