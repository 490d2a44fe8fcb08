/** The script of WAO's server on this machine, fetched first where it is missing; undefined (after saying why) when it cannot be had. */
export function ensureWaoForBench(): Promise<string | undefined>;
