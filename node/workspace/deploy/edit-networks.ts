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
  const { [name]: _former, ...others } = manifest.networks ?? {};
  const networks = network === null ? others : { ...others, [name]: network };
  const next = withMember(text, 'networks', Object.keys(networks).length === 0 ? null : networks);
  const read = readManifest(next, '-');
  if (read.problem !== null) throw read.problem;
  return next;
}

function withMember(text: string, name: string, value: object | null): string {
  const { body } = parse(text, { mode: 'json', ranges: true });
  if (body.type !== 'Object') return text;
  const at = body.members.findIndex((one) => one.name.type === 'String' && one.name.value === name);
  const found = body.members[at];
  const written = value === null ? '' : JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
  if (found === undefined) return value === null ? text : behindLast(text, body, `"${name}": ${written}`);
  if (value !== null) return spliced(text, found.value.range, written);
  // With the comma before it, or the one behind it where it is the first.
  const [before, after] = [body.members[at - 1], body.members[at + 1]];
  if (before !== undefined) return spliced(text, [endOf(before), endOf(found)], '');
  return spliced(text, [startOf(found), after === undefined ? endOf(found) : startOf(after)], '');
}

function behindLast(text: string, body: ObjectNode, member: string): string {
  const last = body.members.at(-1);
  if (last === undefined) return spliced(text, body.range, `{\n  ${member}\n}`);
  return spliced(text, [endOf(last), endOf(last)], `,\n  ${member}`);
}

const startOf = ({ range }: MemberNode): number => range?.[0] ?? 0;
const endOf = ({ range }: MemberNode): number => range?.[1] ?? 0;

function spliced(text: string, [from, to]: readonly number[] = [0, 0], put: string): string {
  return `${text.slice(0, from)}${put}${text.slice(to)}`;
}
