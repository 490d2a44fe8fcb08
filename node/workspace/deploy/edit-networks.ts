import { parse, type MemberNode, type ObjectNode } from '@humanwhocodes/momoa';
import type { RemoteNetwork } from '../../contract/networks.ts';
import { readManifest } from '../manifest.ts';

/**
 * The text of aoscope.json with a network put in, replaced or taken out (null). All else stays as it was written.
 * @throws AoError MANIFEST_* where the text is no manifest, or would be none then.
 */
export function withNetwork(text: string, name: string, network: RemoteNetwork | null): string {
  const { manifest, problem } = readManifest(text, '-');
  if (problem !== null) throw problem;
  const { body } = parse(text, { mode: 'json', ranges: true });
  const all = body.type === 'Object' ? memberOf(body, 'networks') : undefined;
  const isThere = Object.hasOwn(manifest.networks ?? {}, name);
  let next = text;
  if (body.type === 'Object' && all?.value.type === 'Object') {
    const isLast = network === null && isThere && all.value.members.length === 1;
    next = isLast ? withMember(text, body, 'networks', null, 1) : withMember(text, all.value, name, network, 2);
  } else if (body.type === 'Object' && network !== null) next = withMember(text, body, 'networks', { [name]: network }, 1);
  const read = readManifest(next, '-');
  if (read.problem !== null) throw read.problem;
  return next;
}

function memberOf(object: ObjectNode, name: string): MemberNode | undefined {
  return object.members.find((one) => one.name.type === 'String' && one.name.value === name);
}

/** @param depth of the member, in steps of two blanks. */
function withMember(text: string, object: ObjectNode, name: string, value: object | null, depth: number): string {
  const margin = '\n' + '  '.repeat(depth);
  const found = memberOf(object, name);
  const written = value === null ? '' : JSON.stringify(value, null, 2).replaceAll('\n', margin);
  if (found === undefined) return value === null ? text : behindLast(text, object, `${JSON.stringify(name)}: ${written}`, margin);
  if (value !== null) return spliced(text, found.value.range, written);
  const at = object.members.indexOf(found);
  // With the comma before it, or the one behind it where it is the first.
  const [before, after] = [object.members[at - 1], object.members[at + 1]];
  if (before !== undefined) return spliced(text, [endOf(before), endOf(found)], '');
  return spliced(text, [startOf(found), after === undefined ? endOf(found) : startOf(after)], '');
}

function behindLast(text: string, object: ObjectNode, member: string, margin: string): string {
  const last = object.members.at(-1);
  if (last === undefined) return spliced(text, object.range, `{${margin}${member}${margin.slice(0, -2)}}`);
  return spliced(text, [endOf(last), endOf(last)], `,${margin}${member}`);
}

const startOf = ({ range }: MemberNode): number => range?.[0] ?? 0;
const endOf = ({ range }: MemberNode): number => range?.[1] ?? 0;

function spliced(text: string, [from, to]: readonly number[] = [0, 0], put: string): string {
  return `${text.slice(0, from)}${put}${text.slice(to)}`;
}
