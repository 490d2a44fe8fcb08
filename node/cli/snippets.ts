import type { UnitName } from '../contract/trace.ts';

/** What the snippets need to know of a node that answers. */
export interface SnippetPlaces {
  readonly urls: { readonly [U in UnitName]?: string | null };
  readonly scheduler: string | null;
  readonly authority: string | null;
  readonly luaModule: string | null;
}

/** Ready to paste: aoconnect against this node, with a first process. */
export function aoconnectSnippet({ urls, scheduler, authority, luaModule }: SnippetPlaces): string {
  const text = (value: string | null | undefined): string => JSON.stringify(value ?? '');
  return `import { connect, createSigner } from '@permaweb/aoconnect';
const ao = connect({
  MODE: 'legacy',
  GATEWAY_URL: ${text(urls.gateway)},
  GRAPHQL_URL: ${text(`${urls.gateway ?? ''}/graphql`)},
  MU_URL: ${text(urls.mu)},
  CU_URL: ${text(urls.cu)},
});
const process = await ao.spawn({
  module: ${text(luaModule)},
  scheduler: ${text(scheduler)},
  signer: createSigner(wallet),
  tags: [{ name: 'Authority', value: ${text(authority)} }],
});`;
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
