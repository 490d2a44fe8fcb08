import { API } from '../../node/lua/api/api.ts';

/** A word of the ao runtime that the editor offers and explains. */
export interface LuaWord {
  /** What stands before it: '' for a global, 'ao.' for a member of ao. */
  readonly path: string;
  readonly name: string;
  readonly kind: 'function' | 'field' | 'snippet';
  readonly signature: string;
  readonly about: string;
  /** Text with Monaco's placeholders; the name itself when absent. */
  readonly insert?: string;
}

const HANDLER = '"${1:name}", "${2:Action}", function(msg)\n\t$0\nend)';

/** What a call is written with, where there is more to write than the name. */
const INSERTS: ReadonlyMap<string, string> = new Map([
  ['Send', 'Send({ Target = ${1:target}, Action = "${2:Action}"$3 })'],
  ['ao.send', 'send({ Target = ${1:target}, Action = "${2:Action}"$3 })'],
  ['msg.reply', 'reply({ ${1:Data = "$2"} })'],
  ...['add', 'prepend', 'append', 'once'].map((name) => [`Handlers.${name}`, `${name}(${HANDLER}`] as const),
]);

const SNIPPET: LuaWord = {
  path: '',
  name: 'handler',
  kind: 'snippet',
  signature: 'Handlers.add(name, action, function(msg) … end)',
  about: 'A handler for one Action.',
  insert: `Handlers.add(${HANDLER}`,
};

/** The words of the language itself. */
export const LUA_KEYWORDS: readonly string[] =
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(' ');

/** The globals of an ao process and their members. */
export const LUA_WORDS: readonly LuaWord[] = [
  SNIPPET,
  ...API.map(({ home, name, type, signature, about }): LuaWord => {
    const path = home === '' ? '' : `${home}.`;
    const insert = INSERTS.get(path + name);
    return {
      path,
      name,
      kind: type === 'function' ? 'function' : 'field',
      signature: path + signature,
      about,
      ...(insert === undefined ? {} : { insert }),
    };
  }),
];
