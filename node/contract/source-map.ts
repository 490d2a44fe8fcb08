/** A line of a file of a project. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
}

/**
 * Marks of a bundle: a line of their own, which names the file that the lines behind it come from, and its line where
 * they do not begin with the first: `-- source: lib/token.lua` or `-- source: lib/token.lua:40`. `-- source: -` says that
 * what follows is of no file.
 */
const MARK = /^-- source: (?:(-)|(.+?)(?::(\d+))?)\s*$/;
/** How the aos terminal's `.load` puts modules into one text: a comment, a function around the module, and its `end`. */
const AOS_MODULE = /^-- module: "(.+)"\s*$/;
const AOS_WRAPPER = /^local function _loaded_mod_\w+\(\)\s*$/;
const AOS_LOADED = /^_G\.package\.loaded\[".+"\] = _loaded_mod_\w+\(\)\s*$/;
/** The terminal leaves a line free before the main file. */
const AOS_GAP = 2;

/** Where the lines from `from` on come from; null for lines of no file. */
interface Stretch {
  readonly from: number;
  readonly file: string | null;
  readonly line: number;
}

/**
 * Which line of which file a line of a text is.
 * @param text what was evaluated, as it is or bundled
 * @param line counted from 1
 * @param file the text as a whole came from; null when that is not known
 * @returns null where no file is known
 */
export function placeInFiles(text: string, line: number, file: string | null): FilePlace | null {
  const found = stretchesOf(text, file).findLast(({ from }) => from <= line);
  return found?.file === null || found === undefined ? null : { file: found.file, line: found.line + line - found.from };
}

/**
 * Where a line of a file stands in a text: the opposite of {@link placeInFiles}.
 * @returns null where the text has no such line.
 */
export function lineInText(text: string, file: string, line: number, whole: string | null): number | null {
  const stretches = stretchesOf(text, whole);
  const last = text.split('\n').length;
  for (const [index, stretch] of stretches.entries()) {
    // What stands between two stretches is their mark.
    const next = stretches[index + 1];
    const end = next === undefined ? last : next.from - 2;
    const found = stretch.from + line - stretch.line;
    if (stretch.file === file && found >= stretch.from && found <= end) return found;
  }
  return null;
}

/** Puts the mark of the bundle format in front of a file's text. */
export function marked(file: string, text: string): string {
  return `-- source: ${file}\n${text}${text.endsWith('\n') ? '' : '\n'}`;
}

function stretchesOf(text: string, whole: string | null): Stretch[] {
  const stretches: Stretch[] = [{ from: 1, file: whole, line: 1 }];
  const lines = text.split('\n');
  for (const [index, content] of lines.entries()) {
    const number = index + 1;
    const mark = MARK.exec(content);
    const [, module] = AOS_MODULE.exec(content) ?? [];
    if (mark !== null) {
      const [, none, file, start] = mark;
      stretches.push({ from: number + 1, file: none === undefined ? (file ?? null) : null, line: Number(start ?? 1) });
    } else if (module !== undefined && AOS_WRAPPER.test(lines[index + 1] ?? '')) {
      stretches.push({ from: number + 2, file: fileOfModule(module), line: 1 });
    } else if (AOS_LOADED.test(content)) stretches.push({ from: number + AOS_GAP, file: whole, line: 1 });
  }
  return stretches;
}

/** As the terminal finds it: dots of the name are folders. */
function fileOfModule(module: string): string {
  return `${module.replace(/^\.+/, '').replaceAll('.', '/')}.lua`;
}
