/** What nobody sees, or what changes the order in which the rest is read; lines and tabs stay. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text that is shown before it is signed: each character that could hide something in it is shown by its number, as `‹U+202E›`. */
export function markedText(text: string): string {
  return text.replaceAll(UNSEEN, (character) => `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`);
}
