import type { QuickFix } from '../answers.ts';
import { childOf, textOf, type Syntax } from '../syntax.ts';
import { argumentsOf, calleeOf, edit, functionsAround, keyOf, type LintPlace } from './lint.ts';

const SEND = /^(?:Send|ao\.send)$/;
const SPAWN = /^(?:Spawn|ao\.spawn)$/;
const REPLY = /^\w+\.reply$/;
/** What is no tag. */
const FIELDS = new Set(['Target', 'Data', 'Anchor', 'Tags']);

/** What is written of a message that a call sends. */
export function lintSent(place: LintPlace, call: Syntax): void {
  const { text } = place.facts;
  const callee = calleeOf(text, call);
  const [isSend, isSpawn] = [SEND.test(callee), SPAWN.test(callee)];
  if (!isSend && !isSpawn && !REPLY.test(callee)) return;
  const table = argumentsOf(call)[isSpawn ? 1 : 0];
  if (table?.type !== 'table_constructor') return;
  const keys = new Set(table.children.map((field) => keyOf(text, field)));
  const inside = { start: table.start + 1, end: table.start + 1 };
  if (isSend && !keys.has('Target')) {
    const message = handledBy(place, call);
    const fix = message === null ? null : edit(`Send it to ${message}.From`, inside, ` Target = ${message}.From,`);
    place.mark(childOf(call, 'name') ?? call, 'NO_TARGET', 'The message has no Target: it is sent to nobody.', fix);
  }
  if (isSpawn && !hasTag(text, table, 'Authority'))
    place.mark(
      childOf(call, 'name') ?? call,
      'NO_AUTHORITY',
      'The new process has no Authority: it trusts no messenger, and drops what other processes send it.',
      edit('Give it the authority of this process', inside, ' Authority = ao.authorities[1],'),
    );
  lintTags(place, table, true);
}

function hasTag(text: string, table: Syntax, name: string): boolean {
  return table.children.some((field) => {
    const key = keyOf(text, field);
    const value = childOf(field, 'value');
    if (key === name) return true;
    if (key !== 'Tags' || value === null) return false;
    // Tags that come from elsewhere may hold it.
    return value.type !== 'table_constructor' || hasTag(text, value, name) || textOf(text, value).includes(name);
  });
}

function lintTags(place: LintPlace, table: Syntax, isMessage: boolean): void {
  const { text } = place.facts;
  for (const field of table.children) {
    const [key, value] = [keyOf(text, field), childOf(field, 'value')];
    if (key === null || value === null) continue;
    if (isMessage && key === 'Tags' && value.type === 'table_constructor') lintTags(place, value, false);
    if (isMessage && FIELDS.has(key)) continue;
    const what = kindOf(text, value);
    if (what === null) continue;
    place.mark(value, 'TAG_NOT_TEXT', `The tag ${key} is ${what}, and the network takes text only.`, asText(text, value));
  }
}

/** What a value is that is certainly no text. */
function kindOf(text: string, value: Syntax): string | null {
  if (value.type === 'number') return 'a number';
  if (value.type === 'true' || value.type === 'false') return 'true or false';
  if (value.type === 'table_constructor') return 'a table';
  if (value.type === 'function_definition') return 'a function';
  if (value.type === 'unary_expression') return text.startsWith('not', value.start) ? 'true or false' : 'a number';
  if (value.type === 'function_call') return /^(tonumber|os\.time|math\.\w+)$/.test(calleeOf(text, value)) ? 'a number' : null;
  return null;
}

function asText(text: string, value: Syntax): QuickFix | null {
  const written = textOf(text, value);
  if (value.type === 'table_constructor' || value.type === 'function_definition') {
    const isJson = value.type === 'table_constructor' && /^local json\b/m.test(text);
    return isJson ? edit('Write it as JSON', value, `json.encode(${written})`) : null;
  }
  const isPlain = value.type !== 'unary_expression' && value.type !== 'function_call';
  return edit('Make it text', value, isPlain ? `"${written}"` : `tostring(${written})`);
}

/** The name of the message that is being handled around a call; null outside of handlers. */
function handledBy({ facts, meaning }: LintPlace, call: Syntax): string | null {
  for (const made of functionsAround(call)) {
    const parameter = childOf(made, 'parameters')?.children[0];
    if (parameter === undefined || parameter.type !== 'identifier') continue;
    if (meaning.homeOf({ facts, text: facts.text, node: parameter, place: null }) === 'msg') return textOf(facts.text, parameter);
  }
  return null;
}
