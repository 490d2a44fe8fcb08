import { AoError } from '../contract/errors.ts';
import { KNOWN_NETWORKS, type RemoteNetwork } from '../contract/networks.ts';

/**
 * A network by its name.
 * @param own those of aoscope.json, which come first
 * @throws AoError NETWORK_UNKNOWN, which names those that there are.
 */
export function networkNamed(name: string, own: Readonly<Record<string, RemoteNetwork>> = {}): RemoteNetwork {
  const all = { ...KNOWN_NETWORKS, ...own };
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found === undefined) throw new AoError('NETWORK_UNKNOWN', { name, names: Object.keys(all).sort().join(', ') });
  return found;
}
