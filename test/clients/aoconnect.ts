import { generateKeyPairSync } from 'node:crypto';
import { connect, createDataItemSigner } from '@permaweb/aoconnect';
import type { UnitName } from '../../node/contract/trace.ts';

/** aoconnect's legacy mode, as its types describe it. */
export type Aoconnect = ReturnType<typeof legacy>;
/** Signs data items; each of aoconnect's functions takes one. */
export type Signer = NonNullable<Parameters<Aoconnect['message']>[0]['signer']>;

/** The public addresses of a node as aoconnect wants them. */
export interface Places {
  readonly MODE: 'legacy';
  readonly MU_URL: string;
  readonly CU_URL: string;
  readonly GATEWAY_URL: string;
  readonly GRAPHQL_URL: string;
}

/** A node's public addresses for aoconnect. @throws Error when it was started without public routes. */
export function placesOf({ mu, cu, gateway }: Readonly<Record<UnitName, string | null>>): Places {
  if (mu === null || cu === null || gateway === null) throw new Error('start the node with http: true');
  return { MODE: 'legacy', MU_URL: mu, CU_URL: cu, GATEWAY_URL: gateway, GRAPHQL_URL: `${gateway}/graphql` };
}

/** The client, unmodified. */
export function legacy(places: Places) {
  return connect(places);
}

/** A person with an Arweave key of 4096 bits, as wallets make them. aoconnect lets one sign 100 times a minute. */
export function createPerson(): Signer {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
  return (createDataItemSigner as (key: object) => Signer)(jwk);
}

/** What aoconnect answers to a spawn, a message or an assignment: the id, also where it says the slot beside it. */
export function idOf(answer: string | { readonly id: string }): string {
  return typeof answer === 'string' ? answer : answer.id;
}
