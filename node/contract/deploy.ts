import type { ErrorCode } from './errors.ts';
import type { Address, ModuleId, ProcessId, Slot } from './ids.ts';
import type { Tag } from './item.ts';
import type { RemoteNetwork, UnitsNetwork } from './networks.ts';
import { hasPassed, type TestSummary } from './tests.ts';
import type { RanProcess } from './topology.ts';

/** A line of code that changed: taken away, put in, or the same around it. */
export interface CodeLine {
  readonly is: 'same' | 'out' | 'in';
  readonly text: string;
}

/** How the code of the files differs from that which a process was given last; null where that could not be found on the network. */
export interface CodeChange {
  readonly out: number;
  readonly in: number;
  /** What changed with the lines around it; an empty list stands between parts that lie apart. */
  readonly parts: readonly (readonly CodeLine[])[];
  /** Lines that were too many to show. */
  readonly unshown: number;
}

/** What is to be done with one process. */
export interface PlanStep {
  readonly name: string;
  /** `broken`: it could not boot, and its files are the same. */
  readonly does: 'spawn' | 'evaluate' | 'keep' | 'leave' | 'broken';
  /** The one that runs; null where there is none. */
  readonly process: ProcessId | null;
  readonly module: string;
  /** The one that was uploaded before, as the receipts say; null where it is uploaded now, is published, or nothing is spawned. */
  readonly moduleId: ModuleId | null;
  readonly files: readonly string[];
  readonly codeBytes: number;
  /** All of its code, as it is bundled; '' where it has none. */
  readonly code: string;
  /** Hashes of the code that it was given last, and of that of the files. */
  readonly runs: string | null;
  readonly has: string | null;
  /** Against the code that runs; null where nothing runs, or nothing changed, or that code was not found on the network. */
  readonly change: CodeChange | null;
  readonly tags: Readonly<Record<string, string>>;
  /** When it wakes up by itself, and with which tags; in words. */
  readonly cron: readonly string[];
  /** Tags of the process item besides those that every one has, and the ids of others. */
  readonly itemTags: readonly Tag[];
  readonly needs: readonly string[];
  /** The action of its start message; null where it has none. */
  readonly start: string | null;
  readonly startTags: readonly Tag[];
  readonly startData: string;
}

/** A module that the network has not been given yet. */
export interface PlanUpload {
  readonly module: string;
  /** 0 where nobody knows: what is compiled has its size afterwards. */
  readonly bytes: number;
  /** What it is made from: tells it from every other. */
  readonly key: string;
  /** Hash of its content (hex); null where nobody knows it before it is compiled. */
  readonly sha256: string | null;
  /** In winston; null where nobody says. */
  readonly price: string | null;
}

/** All that a deployment would do, in its order. Nothing has been signed or sent. */
export interface DeployPlan {
  readonly network: string;
  readonly addresses: UnitsNetwork;
  readonly wallet: Address;
  readonly uploads: readonly PlanUpload[];
  readonly steps: readonly PlanStep[];
  /** What is sent besides, as what is left of an earlier deployment; in words. */
  readonly besides: readonly string[];
  readonly warnings: readonly string[];
  /** Everything is there as the files say, and nothing is left to be sent. */
  readonly isDone: boolean;
}

/** Code that was rehearsed on a fork of the live process that it goes into. */
export interface RehearsedFork {
  readonly name: string;
  readonly process: ProcessId | null;
  /** Slots of the live process that the fork stands on; 0 where there is none. */
  readonly slots: number;
  /** Why it was not forked; null where it was. */
  readonly reason: string | null;
  /** What the code ended in there; null where it went well, or was not forked. */
  readonly error: string | null;
}

/** How the answer of a network stands to that of the rehearsal. */
export interface Compared {
  readonly name: string;
  /**
   * `other`: it was evaluated into a process that has a past, and the rehearsal has none, or another one by now; `unknown`: the network did
   * not say.
   */
  readonly is: 'equal' | 'different' | 'other' | 'unknown';
  /** The first part that differs: what the network gave, and what the rehearsal did. */
  readonly difference: { readonly part: string; readonly network: string; readonly rehearsal: string } | null;
}

/** What came of a deployment. */
export interface Deployed {
  readonly processes: readonly RanProcess[];
  readonly compared: readonly Compared[];
}

/** What one address of a network has answered. */
export interface Finding {
  /** What stands there, in words: `gateway`, `messenger unit`. */
  readonly what: string;
  readonly url: string;
  /** What it says of itself; null where it did not answer as it should. */
  readonly answer: string | null;
  readonly tookMs: number;
  /** Null where all is well. */
  readonly fault: { readonly code: ErrorCode; readonly message: string; readonly cure: string } | null;
}

/** A process of the project on a network, as aoscope.deployments.json says. */
export interface Receipt {
  readonly name: string;
  readonly process: ProcessId;
  /** Hash of the code that it was given last. */
  readonly code: string | null;
  /** It was deployed from this computer; otherwise the project alone says so. */
  readonly isWrittenHere: boolean;
}

/** A network that somebody else runs, by the name that the project or the app gives it. */
export interface NetworkInfo {
  readonly name: string;
  readonly network: RemoteNetwork;
  /** Known to the app, or written in aoscope.json. */
  readonly from: 'app' | 'project';
  readonly receipts: readonly Receipt[];
  /** Who deployed there; null before anybody has. */
  readonly wallet: Address | null;
}

/** What is told of a kept key without its passphrase. */
export interface KeptKey {
  readonly name: string;
  readonly kind: 'Arweave' | 'Ed25519' | 'Ethereum';
  /** As the network knows it. */
  readonly address: string;
  /** `0x…`, of a key of Ethereum; null for others. */
  readonly account: string | null;
  /** What opens it: a passphrase, or the key store of the system. */
  readonly kept: 'passphrase' | 'system';
}

/** The same, or a wallet of the browser that is connected, whose key never comes here; and whether this app may sign with it now. */
export interface KeyInfo extends Omit<KeptKey, 'kept'> {
  readonly kept: KeptKey['kept'] | 'browser';
  readonly isOpen: boolean;
}

/** By what name the wallet of the browser is called, as no kept key can be. */
export const BROWSER_WALLET = '@browser';

/** Does the system keep keys, so that no passphrase is needed? Its name, or why not. */
export type KeyStoreInfo = { readonly isThere: true; readonly name: string } | { readonly isThere: false; readonly reason: string };

/** What a wallet of the browser is to sign: a data item, its data in base64url. */
export interface ForBrowser {
  readonly target: string;
  readonly anchor: string;
  readonly tags: readonly Tag[];
  readonly data: string;
}

/** An address of the network, or an account of Ethereum, and what the person calls it. */
export interface NamedAddress {
  readonly address: string;
  readonly name: string;
}

/** A data item that is about to be signed. */
export interface ToSign {
  /** In words: `process bank`, `Eval to …`. */
  readonly what: string;
  readonly network: string;
  readonly wallet: Address;
  /** '' for none. */
  readonly target: string;
  readonly tags: readonly Tag[];
  /** The host that it is sent to. */
  readonly sentTo: string;
  readonly dataBytes: number;
  /** SHA-256 of its data (hex). */
  readonly sha256: string;
  /** All of its data, as text; null where that is no text, or more than anybody reads. */
  readonly text: string | null;
  /** What is to be looked at twice; of the process that it goes to, or of the network. */
  readonly warnings: readonly string[];
}

/** What a deployment tells on its way. */
export type DeployEvent =
  | { readonly kind: 'found'; readonly network: string; readonly finding: Finding }
  /** Nothing goes on before `deploy.answer` with this number. */
  | { readonly kind: 'asks'; readonly number: number; readonly item: ToSign }
  /** The wallet of the browser is to sign; nothing goes on before `deploy.signed` with this number. */
  | { readonly kind: 'signs'; readonly number: number; readonly fields: ForBrowser }
  /** The question is answered, or nobody waits for it any more. */
  | { readonly kind: 'asked'; readonly number: number }
  | { readonly kind: 'signed'; readonly what: string; readonly id: string };

/** A process of a network that was brought home, into a recording. */
export interface BroughtHome {
  readonly process: ProcessId;
  readonly name: string;
  /** Slots that are in the file, from the first on, and how many the network had. */
  readonly slots: number;
  readonly of: number;
  /** Why the others are not in it; null where it is whole. */
  readonly gap: { readonly slot: Slot; readonly reason: string } | null;
  readonly module: ModuleId;
  /** Slots of which the network said what came of them, to be compared with what they give here. */
  readonly compared: number;
  /** Where the recording stands; nothing takes it away. */
  readonly file: string;
}

/** Yes to one, yes to this and all that follow in this deployment, or no: which ends it. */
export type Consent = 'one' | 'all' | 'none';

/** What a rehearsal ended in. */
export interface RehearsalEnd {
  readonly processes: readonly RanProcess[];
  /** Of live processes that take new code. */
  readonly forks: readonly RehearsedFork[];
  /** Null where none were run. */
  readonly tests: TestSummary | null;
}

/** Did a rehearsal go as it should? Nothing else is deployed. */
export function isWell({ processes, tests, forks }: RehearsalEnd): boolean {
  return [...processes, ...forks].every(({ error }) => error === null) && (tests === null || hasPassed(tests));
}
