import type { UnitName } from './trace.ts';

/** What the snippets need to know of a node that answers. */
export interface SnippetPlaces {
  readonly urls: { readonly [U in UnitName]?: string | null };
  readonly scheduler: string | null;
  readonly authority: string | null;
  readonly luaModule: string | null;
}

/** How a script connects aoconnect to this node. */
export function aoconnectConnection(urls: SnippetPlaces['urls']): string {
  const text = (value: string | null | undefined): string => JSON.stringify(value ?? '');
  return `const ao = connect({
  MODE: 'legacy',
  GATEWAY_URL: ${text(urls.gateway)},
  GRAPHQL_URL: ${text(`${urls.gateway ?? ''}/graphql`)},
  MU_URL: ${text(urls.mu)},
  CU_URL: ${text(urls.cu)},
});`;
}

/** Ready to paste into a file and run: aoconnect against this node, with a first process and its first answer. */
export function aoconnectSnippet({ urls, scheduler, authority, luaModule }: SnippetPlaces): string {
  const text = (value: string | null | undefined): string => JSON.stringify(value ?? '');
  return `import { generateKeyPairSync } from 'node:crypto';
import { connect, createSigner } from '@permaweb/aoconnect';
${aoconnectConnection(urls)}
// Any Arweave key does; this one is new at every run.
const wallet = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
const signer = createSigner(wallet);
const process = await ao.spawn({
  module: ${text(luaModule)},
  scheduler: ${text(scheduler)},
  signer,
  tags: [{ name: 'Authority', value: ${text(authority)} }],
});
const message = await ao.message({ process, signer, tags: [{ name: 'Action', value: 'Eval' }], data: 'return 6 * 7' });
console.log((await ao.result({ process, message })).Output.data);`;
}

/**
 * Ready to paste: the aos terminal against this node. As variables, since its flag for the gateway does not reach its own
 * queries; without flags for authority, scheduler and module, since this node takes the ones that are written into it.
 * Where it looks for a newer version of itself there is none.
 */
export function aosSnippet({ urls }: SnippetPlaces): string {
  const { gateway, cu, mu } = urls;
  return `GATEWAY_URL=${gateway ?? ''} UPDATE_URL=${gateway ?? ''}/none \\
CU_URL=${cu ?? ''} MU_URL=${mu ?? ''} \\
aos my-process --legacy`;
}
