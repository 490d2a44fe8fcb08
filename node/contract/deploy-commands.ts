import type { Empty } from './answers.ts';
import type { Consent, Deployed, DeployPlan, Finding, KeyInfo, KeyStoreInfo, NamedAddress, NetworkInfo, RehearsalEnd } from './deploy.ts';
import type { HomeState } from './home.ts';
import type { ProcessId } from './ids.ts';
import type { RemoteNetwork } from './networks.ts';
import type { RunWay } from './topology.ts';

/** Where to, by whom, and how. */
export interface DeployWish {
  /** Its name. */
  readonly network: string;
  /** The name of a kept key. */
  readonly wallet: string;
  /** What becomes of a process whose files were changed. */
  readonly how: RunWay;
}

/** What the shell is asked about networks of others, and about keys that are worth something. */
export interface DeployCommands {
  'deploy.networks': { readonly args: Empty; readonly reply: { readonly networks: readonly NetworkInfo[] } };
  /** Writes a network into aoscope.json, or takes it out (null). */
  'deploy.keepNetwork': { readonly args: { readonly name: string; readonly network: RemoteNetwork | null }; readonly reply: Empty };
  /** Asks each address of a network, which need not be written down yet; tells 'deploy.event' for each. */
  'deploy.doctor': {
    readonly args: { readonly name: string; readonly network: RemoteNetwork };
    readonly reply: { readonly findings: readonly Finding[] };
  };
  /** What a deployment would do. Nothing is signed; the key may be locked. */
  'deploy.plan': { readonly args: DeployWish; readonly reply: { readonly plan: DeployPlan; readonly key: string } };
  /**
   * Does it all on a node of this computer, from nothing on, evaluates new code into forks of the live processes that it goes into, and runs
   * the project's tests.
   */
  'deploy.rehearse': {
    readonly args: DeployWish & { readonly plan: string; readonly withTests: boolean };
    readonly reply: RehearsalEnd & { readonly tookMs: number };
  };
  /** Deploys the plan of that key, which was rehearsed; asks by 'deploy.event' before each signature. After a lost answer plan again: nothing is sent twice. */
  'deploy.run': { readonly args: DeployWish & { readonly plan: string }; readonly reply: Deployed };
  /**
   * Opens a process that lives on a network in place of the project, read-only: answers once its module and its first slots are here, and
   * the rest of its log comes in afterwards, told by 'home.changed'. Cancelled with the question.
   */
  'deploy.home': { readonly args: { readonly network: string; readonly process: ProcessId }; readonly reply: { readonly home: HomeState } };
  /** How the process stands that the open project was brought home as; null for every other project. */
  'home.state': { readonly args: Empty; readonly reply: { readonly home: HomeState | null } };
  /** Goes on where it stopped; with `follow` new slots are asked for afterwards, until it is stopped. */
  'home.go': { readonly args: { readonly follow: boolean }; readonly reply: Empty };
  /** Nothing more is fetched; what is here stays. */
  'home.stop': { readonly args: Empty; readonly reply: Empty };
  'deploy.answer': { readonly args: { readonly number: number; readonly consent: Consent }; readonly reply: Empty };
  /** What the wallet of the browser made of an item (base64url), or why it did not. */
  'deploy.signed': {
    readonly args: { readonly number: number; readonly signed: { readonly item: string } | { readonly reason: string } };
    readonly reply: Empty;
  };
  /** Kept keys, and the wallet of the browser where one is connected; what cannot be read is told in words. */
  'keys.list': {
    readonly args: Empty;
    readonly reply: { readonly keys: readonly KeyInfo[]; readonly broken: readonly string[]; readonly store: KeyStoreInfo };
  };
  /** `passphrase` null: the key store of the system keeps it. */
  'keys.make': {
    readonly args: { readonly name: string; readonly kind: 'arweave' | 'ethereum'; readonly passphrase: string | null };
    readonly reply: KeyInfo;
  };
  /** From a file, so that no key passes through a window: a JWK, a key of Ethereum, or a seed phrase of `phrase`. */
  'keys.import': {
    readonly args: {
      readonly name: string;
      readonly path: string;
      readonly passphrase: string | null;
      readonly phrase: 'arweave' | 'ethereum' | null;
    };
    readonly reply: KeyInfo;
  };
  /** Shows the system's dialog for a key file; null when cancelled or where there is none (then the window asks for a path). */
  'keys.choose': {
    readonly args: { readonly to: 'open' | 'save'; readonly name: string };
    readonly reply: { readonly path: string | null; readonly isSupported: boolean };
  };
  /** This app may sign with it until it is locked again, for half an hour at most. */
  'keys.unlock': { readonly args: { readonly name: string; readonly passphrase: string | null }; readonly reply: Empty };
  'keys.lock': { readonly args: { readonly name: string }; readonly reply: Empty };
  /** Writes the key itself, open, into a new file outside of the project. Where the system keeps it, the person is asked beside the window. */
  'keys.export': {
    readonly args: { readonly name: string; readonly path: string; readonly passphrase: string | null };
    readonly reply: { readonly path: string };
  };
  /** For good; the passphrase, or the answer beside the window, says that it is meant. */
  'keys.remove': { readonly args: { readonly name: string; readonly passphrase: string | null }; readonly reply: Empty };
  /** The wallet of the browser signs from now on, until the app ends; `owner` is its public key (base64url). Null disconnects it. */
  'keys.connect': { readonly args: { readonly owner: string | null }; readonly reply: { readonly key: KeyInfo | null } };
  /** What the person calls addresses. */
  'addresses.list': { readonly args: Empty; readonly reply: { readonly addresses: readonly NamedAddress[] } };
  /** Names an address, or forgets its name (null). */
  'addresses.put': { readonly args: { readonly address: string; readonly name: string | null }; readonly reply: Empty };
}
