/** Programs of Node by their version, each on another major version; what cannot be had is said and left out. */
export function ensureNodesForTests(): Promise<ReadonlyMap<string, string>>;
