import { marked } from '../../node/contract/source-map.ts';

/** `require("lib.tokens")` in one of its forms. What stands behind two dashes is a comment. */
const REQUIRE = /\brequire\s*\(?\s*(["'])([^"'\n]+)\1/g;

/** The names of what a text requires, first to last. */
export function requiredBy(text: string): readonly string[] {
  const code = text.replaceAll(/--\[(=*)\[[\s\S]*?\]\1\]/g, '').replaceAll(/--.*$/gm, '');
  return [...new Set([...code.matchAll(REQUIRE)].flatMap(([, , name]) => name ?? []))];
}

/** A file that another one requires, under the name that it is required by. */
interface Required {
  readonly name: string;
  readonly file: string;
  /** Null where the same file stands in the bundle already, under another name. */
  readonly text: string | null;
}

/** A file with the files of the project that it requires, as one text that a process can evaluate. */
export interface Bundle {
  readonly text: string;
  /** Every file in it, in the order in which they run; the file itself comes last. */
  readonly files: readonly string[];
}

/**
 * Puts a file and what it requires into one text, as the aos terminal's `.load` does: each module is run once and stands in
 * `package.loaded`. A name that is no file of the project is left to the process, which may have it. Where lines come from is
 * said by marks (`node/contract/source-map.ts`).
 * @param read the text of a file of the project; null where there is none.
 */
export async function bundleOf(file: string, read: (path: string) => Promise<string | null>): Promise<Bundle | null> {
  const main = await read(file);
  if (main === null) return null;
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const found: Required[] = [];
  /** What each file is required as first; null for the main one, which nobody can require. */
  const names = new Map<string, string | null>([[file, null]]);
  const look = async (text: string): Promise<void> => {
    for (const name of requiredBy(text)) {
      const path = `${name.replaceAll('.', '/')}.lua`;
      for (const one of new Set([folder + path, path])) {
        if (names.has(one)) {
          if (names.get(one) !== null) found.push({ name, file: one, text: null });
          break;
        }
        const inside = await read(one);
        if (inside === null) continue;
        names.set(one, name);
        await look(inside);
        found.push({ name, file: one, text: inside });
        break;
      }
    }
  };
  await look(main);
  const loaded = found.filter((one) => one.text !== null || one.name !== names.get(one.file));
  const parts = loaded.map((one) => partOf(one, names.get(one.file) ?? one.name));
  const text = parts.length === 0 ? main : `${parts.join('')}${marked(file, main)}`;
  return { text, files: [...loaded.flatMap((one) => (one.text === null ? [] : [one.file])), file] };
}

function partOf({ name, file, text }: Required, first: string): string {
  const loaded = `-- source: -\n_G.package.loaded["${name}"] = `;
  if (text === null) return `${loaded}_G.package.loaded["${first}"]\n`;
  return `${loaded}(function(...)\n${marked(file, text)}-- source: -\nend)("${name}") or true\n`;
}
