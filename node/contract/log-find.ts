import type { ProcessId, Slot } from './ids.ts';
import type { Tag } from './item.ts';

/**
 * What is looked for in the messages of the logs. Letters of ASCII match in any case.
 * `text` stands anywhere in the tags or the data, `data` in the data alone. A tag of that name is there (`has`), has that
 * value (`=`), has it in its value (`~`), or one that is a number above or below it.
 */
export type LogFind =
  | { readonly kind: 'text' | 'data'; readonly text: string }
  | { readonly kind: 'tag'; readonly name: string; readonly sign: TagSign; readonly value: string };
export type TagSign = 'has' | '=' | '~' | '>' | '<';

/** Is it a tag that is looked for, in logs and in histories alike? */
export function isTagMeant(
  tag: Tag,
  { name, sign, value }: { readonly name: string; readonly sign: TagSign; readonly value: string },
): boolean {
  if (asciiLower(tag.name) !== asciiLower(name)) return false;
  const isNumber = tag.value.trim() !== '' && Number.isFinite(Number(tag.value));
  switch (sign) {
    case 'has':
      return true;
    case '=':
      return asciiLower(tag.value) === asciiLower(value);
    case '~':
      return asciiLower(tag.value).includes(asciiLower(value));
    case '>':
      return isNumber && Number(tag.value) > Number(value);
    case '<':
      return isNumber && Number(tag.value) < Number(value);
  }
}

/** As SQLite's `lower`: letters of ASCII alone, so that both sides agree. */
export function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A part of what was found. */
export interface LogFound {
  readonly found: readonly { readonly process: ProcessId; readonly slots: readonly Slot[] }[];
  /** Number of the line up to which the logs have been read. */
  readonly readTo: number;
  /** Number of the newest line. */
  readonly last: number;
}

/** A text and how many messages have it. */
export interface SeenText {
  readonly text: string;
  readonly count: number;
}
