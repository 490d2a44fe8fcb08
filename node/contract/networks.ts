/** A network of messenger, scheduler and compute units with public addresses, as legacynet is. */
export interface UnitsNetwork {
  readonly kind: 'units';
  /** Where items are read. */
  readonly gateway: string;
  /** Where items are searched; absent: `/graphql` of the gateway. */
  readonly graphql?: string;
  readonly su: string;
  readonly cu: string;
  readonly mu: string;
  /** Where modules and other data are uploaded; absent: the gateway takes them. */
  readonly upload?: string;
  /** With which address its messenger unit signs: the one that processes trust; absent: that of legacynet. */
  readonly authority?: string;
}

/** A HyperBEAM node, which is all units in one. */
export interface HyperbeamNetwork {
  readonly kind: 'hyperbeam';
  readonly node: string;
  /** Where items are searched; absent where they are not. */
  readonly graphql?: string;
}

/** A network that somebody else runs. */
export type RemoteNetwork = UnitsNetwork | HyperbeamNetwork;

/** Networks that every project knows; one of the same name in aoscope.json takes the place of one of these. */
export const KNOWN_NETWORKS: Readonly<Record<string, RemoteNetwork>> = {
  legacynet: {
    kind: 'units',
    gateway: 'https://arweave.net',
    su: 'https://su-router.ao-testnet.xyz',
    cu: 'https://cu.ao-testnet.xyz',
    mu: 'https://mu.ao-testnet.xyz',
    upload: 'https://up.arweave.net',
  },
  mainnet: {
    kind: 'hyperbeam',
    node: 'https://push.forward.computer',
    graphql: 'https://arweave.net/graphql',
  },
};
