import { z } from 'zod';
import { BROWSER_WALLET } from './deploy.ts';
import { ADDRESS_WORDS, isAddress, isId, toProcessId } from './ids.ts';

const empty = z.object({});
const url = z.url({ protocol: /^https?$/ });
const name = z.string().min(1).max(40);
/** It becomes the name of a file. */
const key = z.string().regex(/^[A-Za-z0-9][\w-]{0,30}$/);
/** Longer is no passphrase, and what is derived from it takes time. */
const passphrase = z.string().max(1_000).nullable();
const path = z.string().min(1).max(4_096);
const network = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('units'),
    gateway: url,
    graphql: url.exactOptional(),
    su: url,
    cu: url,
    mu: url,
    upload: url.exactOptional(),
    authority: z.string().refine(isId).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('hyperbeam'), node: url, graphql: url.exactOptional() }),
]);
const wish = { network: name, wallet: z.union([key, z.literal(BROWSER_WALLET)]), how: z.enum(['evaluate', 'respawn']) };
const plan = z.string().min(1).max(100);

/** Arguments of what is asked about networks of others and keys. */
export const deploySchemas = {
  'deploy.networks': empty,
  'deploy.keepNetwork': z.object({ name, network: network.nullable() }),
  'deploy.doctor': z.object({ name, network }),
  'deploy.plan': z.object(wish),
  'deploy.rehearse': z.object({ ...wish, plan, withTests: z.boolean() }),
  'deploy.run': z.object({ ...wish, plan }),
  'deploy.home': z.object({ network: name, process: z.string().refine(isId, 'not an id').transform(toProcessId) }),
  'home.state': empty,
  'home.go': z.object({ follow: z.boolean() }),
  'home.stop': empty,
  'deploy.answer': z.object({ number: z.int().min(0), consent: z.enum(['one', 'all', 'none']) }),
  'deploy.signed': z.object({
    number: z.int().min(0),
    signed: z.union([z.strictObject({ item: z.string() }), z.strictObject({ reason: z.string().max(2_000) })]),
  }),
  'keys.list': empty,
  // The name is looked at where the key is kept, which says in words what is wrong with it.
  'keys.make': z.object({ name: z.string().max(100), kind: z.enum(['arweave', 'ethereum']), passphrase }),
  'keys.import': z.object({ name: z.string().max(100), path, passphrase, phrase: z.enum(['arweave', 'ethereum']).nullable() }),
  'keys.choose': z.object({ to: z.enum(['open', 'save']), name: z.string().max(300) }),
  'keys.unlock': z.object({ name: key, passphrase }),
  'keys.lock': z.object({ name: key }),
  'keys.export': z.object({ name: key, path, passphrase }),
  'keys.remove': z.object({ name: key, passphrase }),
  // 4096 bits in base64url.
  'keys.connect': z.object({
    owner: z
      .string()
      .regex(/^[\w-]{683}$/)
      .nullable(),
  }),
  'addresses.list': empty,
  'addresses.put': z.object({
    address: z.string().refine(isAddress, ADDRESS_WORDS),
    name: z.string().trim().min(1).max(60).nullable(),
  }),
};
