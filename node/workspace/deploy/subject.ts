import { join } from 'node:path';
import type { DeployPlan } from '../../contract/deploy.ts';
import type { Manifest } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import type { UnitsNetwork } from '../../contract/networks.ts';
import { networkNamed } from '../../deploy/network.ts';
import { fileStep } from '../file-errors.ts';
import { DATA_FOLDER } from '../inside.ts';
import { takeLock, type Lock } from '../lock.ts';
import { makeDataFolder } from '../project.ts';
import { DEPLOYMENTS_FILE, openDeployments, type Deployments } from '../topology/deployments.ts';

/**
 * A network that can be deployed to, and what was deployed there.
 * @throws AoError NETWORK_UNKNOWN, NETWORK_CANNOT, DEPLOYMENTS_BROKEN, DEPLOY_OTHER_NETWORK.
 */
export async function openSubject(
  root: string,
  { networks }: Manifest,
  name: string,
): Promise<{ readonly network: UnitsNetwork; readonly deployments: Deployments }> {
  const network = networkNamed(name, networks);
  if (network.kind !== 'units') throw new AoError('NETWORK_CANNOT', { name });
  const deployments = await openDeployments(join(root, DEPLOYMENTS_FILE), name);
  const before = deployments.scheduler();
  if (before !== null && before !== network.su) throw new AoError('DEPLOY_OTHER_NETWORK', { network: name, before, now: network.su });
  return { network, deployments };
}

/** Two at once would each spawn what the other has spawned. @throws AoError PROJECT_IN_USE, FILE_*. */
export function lockDeployments(root: string): Promise<Lock> {
  const data = join(root, DATA_FOLDER);
  return fileStep(data, async () => {
    await makeDataFolder(data);
    return takeLock(join(data, 'deploy.lock'), root);
  });
}

/** A process takes code from its owner alone, and what is pending was signed by whom it names. @throws AoError DEPLOY_OTHER_WALLET. */
export function checkOwner({ network, wallet, steps, besides }: DeployPlan, deployments: Deployments): void {
  const owner = deployments.wallet();
  if (owner === null || owner === wallet) return;
  if (besides.length === 0 && steps.every(({ does }) => does === 'spawn')) return;
  throw new AoError('DEPLOY_OTHER_WALLET', { network, owner, address: wallet });
}
