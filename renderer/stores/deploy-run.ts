import type { Commands } from '../../node/contract/commands.ts';
import { isWell, type Deployed, type DeployPlan, type KeyInfo } from '../../node/contract/deploy.ts';

/** What is under way. */
export type DeployBusy = 'planning' | 'rehearsing' | 'deploying';
export type Rehearsal = Commands['deploy.rehearse']['reply'];

/** How a deployment stands: each step follows the one before. */
export interface DeployRun {
  readonly plan: DeployPlan | null;
  /** What the plan is recognised by. */
  readonly planKey: string;
  readonly rehearsal: Rehearsal | null;
  /** What was signed, in order. */
  readonly signed: readonly { readonly what: string; readonly id: string }[];
  readonly deployed: Deployed | null;
  /** The last step, where it came to nothing: why, or null where the person ended it. */
  readonly ended: { readonly step: DeployBusy; readonly error: unknown } | null;
}

export const NOTHING_RUN: DeployRun = { plan: null, planKey: '', rehearsal: null, signed: [], deployed: null, ended: null };

/** A run, and what it depends on. */
interface Standing extends DeployRun {
  readonly network: string | null;
  readonly wallet: string | null;
  readonly keys: readonly KeyInfo[] | null;
  readonly busy: DeployBusy | null;
}

/** There is a plan, and something to do in it. */
export function isPlanned({ plan }: Pick<Standing, 'plan'>): boolean {
  return plan !== null && !plan.isDone;
}

/** The chosen key cannot be signed with yet. */
export function isLocked({ keys, wallet }: Pick<Standing, 'keys' | 'wallet'>): boolean {
  return keys?.some(({ name, isOpen }) => name === wallet && !isOpen) === true;
}

export function mayPlan({ busy, network, wallet }: Standing): boolean {
  return busy === null && network !== null && wallet !== null;
}

/** It takes no key: what is rehearsed is signed with one that is thrown away. */
export function mayRehearse(now: Standing): boolean {
  return mayPlan(now) && isPlanned(now);
}

/** Only what was rehearsed, and went well, and was not sent yet, and with a key that is open. */
export function mayDeploy(now: Standing): boolean {
  return mayRehearse(now) && !isLocked(now) && now.rehearsal !== null && isWell(now.rehearsal) && now.deployed === null;
}
