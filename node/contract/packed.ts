/**
 * How a file and the files that it requires become one text for an Eval or a boot: what it requires is packed in front of its
 * first line, each file as a text that Lua loads under the file's own name. So every line of every file keeps its number, and
 * errors, stacks and hooks of any Lua name the person's files by themselves.
 */
export interface PackedFile {
  /** Relative to the project's folder. */
  readonly file: string;
  readonly text: string;
}

/** A file with the names under which it is required, the first of which runs it. */
export interface PackedModule extends PackedFile {
  readonly names: readonly [string, ...string[]];
}

/**
 * Runs a module as `require` would: what it returns stands in `package.loaded`, or true where it returns nothing. It is run
 * anew each time the text is evaluated, as with `.load` of the aos terminal.
 */
const PACK =
  'do local l=package.loaded local function pack(n,f,t) l[n]=nil local v=assert(load(t,"@"..f,"t"))(n,f) if v~=nil then l[n]=v elseif l[n]==nil then l[n]=true end end';
const STRING = String.raw`"((?:[^"\\]|\\.)*)"`;
const CALL = new RegExp(` pack\\(${STRING},${STRING},${STRING}\\)| l\\[${STRING}\\]=l\\[${STRING}\\]`, 'y');

/** One text of a file and what it requires, in the order in which it is to run. Without any it is the file's text. */
export function packed(main: string, modules: readonly PackedModule[]): string {
  if (modules.length === 0) return main;
  const calls = modules.map(({ names: [name, ...others], file, text }) => {
    const more = others.map((other) => ` l[${luaString(other)}]=l[${luaString(name)}]`).join('');
    return ` pack(${luaString(name)},${luaString(file)},${luaString(text)})${more}`;
  });
  return `${PACK}${calls.join('')} end ${main}`;
}

/** The files that are packed in front of a text's first line. */
export function packedFiles(text: string): readonly PackedFile[] {
  const at = text.indexOf(PACK);
  if (at < 0) return [];
  const files: PackedFile[] = [];
  CALL.lastIndex = at + PACK.length;
  for (let call = CALL.exec(text); call !== null; call = CALL.exec(text)) {
    const [, , file, content] = call;
    if (file !== undefined && content !== undefined) files.push({ file: fromLua(file), text: fromLua(content) });
  }
  return files;
}

/** The text that is run itself, without what is packed in front of it. */
export function unpacked(text: string): string {
  const at = text.indexOf(PACK);
  if (at < 0) return text;
  CALL.lastIndex = at + PACK.length;
  let end = CALL.lastIndex;
  while (CALL.exec(text) !== null) end = CALL.lastIndex;
  return text.slice(end).replace(/^ end /, '');
}

/** A text as Lua 5.3 and 5.4 write it, in one line. */
export function luaString(text: string): string {
  const escaped = text.replaceAll(/[\\"\u0000-\u001f\u007f]/g, (char) => {
    if (char === '\n') return '\\n';
    return char === '\\' || char === '"' ? `\\${char}` : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`;
  });
  return `"${escaped}"`;
}

function fromLua(escaped: string): string {
  return escaped.replaceAll(/\\(\d{3}|.)/g, (_all, char: string) => {
    if (char.length === 3) return String.fromCharCode(Number(char));
    return char === 'n' ? '\n' : char;
  });
}
