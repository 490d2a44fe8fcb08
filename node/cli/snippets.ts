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

/** Ready to paste: the aos terminal against this node. */
export function aosSnippet({ urls, scheduler, authority, luaModule }: SnippetPlaces): string {
  const flags = [
    ['gateway-url', urls.gateway],
    ['mu-url', urls.mu],
    ['cu-url', urls.cu],
    ['scheduler', scheduler],
    ['authority', authority],
    ['module', luaModule],
  ].flatMap(([flag, value]) => (value === null || value === undefined ? [] : [`--${flag} ${value}`]));
  return `aos my-process --legacy ${flags.join(' \\\n  ')}`;
}
