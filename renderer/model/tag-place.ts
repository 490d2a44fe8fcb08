/** Names that Lua takes without quotes. */
const NAME = /^[A-Za-z_]\w*$/;
const FIELD = /\b(?:msg|message|m)\s*\.\s*(?:Tags\s*\.\s*)?(\w*)$/;
/** Before the table of a message that is sent, or of a pattern. */
const TAKES_TAGS = /(?:\b(?:Send|Spawn|ao\.send|ao\.spawn|\w+[.:]reply)\s*\(?|\bHandlers\.\w+\([^(){}]*,)\s*$/;
const KEY = /[{,]\s*(\w*)$/;
/** A table that is longer than this is none that one fills in. */
const TABLE_MAX = 2_000;

/**
 * What has been typed of the name of a tag: behind `msg.` and `msg.Tags.`, and where a key stands in the table of a message that is
 * sent, or of a pattern. Null where no name of a tag is meant.
 * @param before the text up to the cursor
 */
export function tagPlace(before: string): { readonly typed: string; readonly isKey: boolean } | null {
  const field = FIELD.exec(before);
  if (field !== null) return { typed: field[1] ?? '', isKey: false };
  const key = KEY.exec(before);
  const table = key === null ? null : openTable(before.slice(-TABLE_MAX));
  return key === null || table === null || !TAKES_TAGS.test(table) ? null : { typed: key[1] ?? '', isKey: true };
}

/** Can a tag of that name be written as a field, or as a key without quotes? */
export function isPlainName(tag: string): boolean {
  return NAME.test(tag);
}

/** What stands before the `{` of the table in which the text ends; null where it ends in none. */
function openTable(text: string): string | null {
  const code = text.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, (quoted) => '_'.repeat(quoted.length));
  let depth = 0;
  for (let at = code.length - 1; at >= 0; at--) {
    if (code[at] === '}') depth++;
    else if (code[at] === '{' && depth-- === 0) return code.slice(0, at);
  }
  return null;
}
