import type { ProcessId } from './ids.ts';
import type { Tag } from './item.ts';
import { luaString } from './packed.ts';
import { LUA_KEYWORDS } from './lua-words.ts';
import { aoconnectConnection, type SnippetPlaces } from './snippets.ts';

/** A message as a person has filled it in. */
export interface CallText {
  readonly process: ProcessId;
  /** Action first. */
  readonly tags: readonly Tag[];
  readonly data: string;
  /** It is tried and not sent. */
  readonly isDry: boolean;
}

/** A line for the aos terminal, or for any other place that takes Lua of a process. */
export function callAsAos(call: CallText): string {
  return `Send({ ${luaFields(call).join(', ')} })`;
}

/** The same as it stands in a file. */
export function callAsLua(call: CallText): string {
  return `Send({\n${luaFields(call)
    .map((field) => `  ${field},\n`)
    .join('')}})`;
}

/** Keys that `Send` understands as something else than a tag. */
const NO_TAGS: ReadonlySet<string> = new Set(['Target', 'Data', 'Tags', 'Anchor', 'From']);

function luaFields({ process, tags, data }: CallText): string[] {
  const isPlain = new Set(tags.map(({ name }) => name)).size === tags.length && tags.every(({ name }) => !NO_TAGS.has(name));
  const keys = tags.map(({ name, value }) => `${luaKey(name)} = ${luaString(value)}`);
  const list = tags.map(({ name, value }) => `{ name = ${luaString(name)}, value = ${luaString(value)} }`);
  return [
    `Target = ${luaString(process)}`,
    ...(isPlain ? keys : [`Tags = { ${list.join(', ')} }`]),
    ...(data === '' ? [] : [`Data = ${luaString(data)}`]),
  ];
}

function luaKey(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !LUA_KEYWORDS.has(name) ? name : `[${luaString(name)}]`;
}

/** A script for aoconnect that sends it and prints what came of it, or tries it. */
export function callAsAoconnect({ process, tags, data, isDry }: CallText, { urls }: SnippetPlaces): string {
  const text = (value: string | null | undefined): string => JSON.stringify(value ?? '');
  const list = tags.map(({ name, value }) => `\n  { name: ${text(name)}, value: ${text(value)} },`).join('');
  const head = isDry
    ? "import { connect } from '@permaweb/aoconnect';"
    : `import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createSigner } from '@permaweb/aoconnect';`;
  const message = `
const target = ${text(process)};
const tags = [${list}${list === '' ? '' : '\n'}];
const data = ${text(data)};`;
  const sending = `// The key file that WALLET names signs it; without one a new key does, at every run.
const wallet =
  process.env.WALLET === undefined
    ? generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' })
    : JSON.parse(readFileSync(process.env.WALLET, 'utf8'));
const message = await ao.message({ process: target, signer: createSigner(wallet), tags, data });
const result = await ao.result({ process: target, message });`;
  return `${head}

${aoconnectConnection(urls)}${message}
${isDry ? 'const result = await ao.dryrun({ process: target, tags, data });' : sending}
console.log(JSON.stringify({ Error: result.Error, Output: result.Output, Messages: result.Messages }, null, 2));
`;
}

/** A command line that tries it. Without a key nothing can be sent, so this is a dry run in any case. */
export function callAsCurl({ process, tags, data }: CallText, { urls }: SnippetPlaces): string {
  const body = JSON.stringify({ Id: '1234', Target: process, Owner: '1234', Anchor: '0', Tags: tags, Data: data });
  const quoted = body.replaceAll("'", String.raw`'\''`);
  return `curl -s '${urls.cu ?? ''}/dry-run?process-id=${process}' \\
  -H 'Content-Type: application/json' \\
  -d '${quoted}'`;
}
