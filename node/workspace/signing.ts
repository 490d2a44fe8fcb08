import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Commands } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import type { Address, ModuleId, ProcessId } from '../contract/ids.ts';
import { toModuleId, toProcessId } from '../contract/ids.ts';
import type { Tag } from '../contract/item.ts';
import type { Client } from '../contract/rpc.ts';
import type { ItemFields, SignedItem } from '../item/build.ts';
import type { Wallet } from '../item/wallet.ts';
import type { UnitsSeen } from './ports.ts';

/** What the development wallet does: it signs what windows and projects send. */
export interface Signing {
  /** Null until the wallet has been made or read. */
  address(): Address | null;
  /** Makes or reads the wallet. @throws AoError WALLET_UNREADABLE. */
  load(): Promise<Address>;
  /** Signs a module and puts it on the gateway, unless the gateway has it already. */
  uploadModule(tags: readonly Tag[], data: Uint8Array): Promise<ModuleId>;
  /** Signs a module. The same tags and data give the same item. */
  signModule(tags: readonly Tag[], data: Uint8Array): Promise<SignedItem>;
  spawn(args: SpawnArgs, signal: AbortSignal): Promise<ProcessId>;
  /** The item of a spawn, which is the process's id; nothing is sent. */
  signSpawn(args: SpawnArgs, signal: AbortSignal): Promise<SignedItem>;
  /** The item of a message; nothing is sent. */
  signMessage(process: ProcessId, tags: readonly Tag[], data: string): Promise<SignedItem>;
  /** @throws AoError PROCESS_UNKNOWN when it went to the gateway only. */
  send(
    process: ProcessId,
    tags: readonly Tag[],
    data: string,
    signal: AbortSignal,
    /** Who signs it, where that is somebody else. */
    by?: Wallet,
  ): Promise<Commands['wallet.send']['reply']>;
}

export interface SpawnArgs {
  readonly name: string;
  readonly source: string;
  readonly tags: readonly Tag[];
  readonly module: ModuleId;
  /** The text is data of the process, and not to be evaluated as it boots. */
  readonly isData?: boolean;
}

/** Whom what is signed here names. */
type Signers = Pick<UnitsSeen, 'authority' | 'scheduler'>;

const SDK: Tag = { name: 'SDK', value: 'aoscope' };
const UNITS_WAIT_MS = 15_000;

/** How it signs, where not as a person's window does. */
export interface SigningWays {
  /** Instead of the one in `walletDir`. */
  readonly wallet?: Wallet;
  /** A text of 32 characters, another one for every item. */
  readonly anchor?: () => string;
  /** Signs in place of the wallet, whose key is elsewhere. */
  readonly signItem?: (fields: ItemFields) => Promise<SignedItem>;
  /** Is asked before each signature; what it throws keeps it from being made. */
  readonly consent?: (fields: ItemFields) => Promise<void>;
  /**
   * Remembers what stands before the data of a signed module. A signature of Arweave is another one each time: without this a module
   * whose upload was cut off would be another item the next time.
   */
  readonly heads?: ModuleHeads;
}

/** Signed modules without their data (base64url), by what they are of. */
export interface ModuleHeads {
  read(key: string): string | null;
  /** On disk before it resolves. */
  keep(key: string, head: string): Promise<void>;
}

/** @param walletDir where `dev.json` stands or will stand. */
export function createSigning(walletDir: string, ask: Client['ask'], unitStatus: () => Signers, ways: SigningWays = {}): Signing {
  const { anchor = freshAnchor } = ways;
  let address: Address | null = null;
  let loading: Promise<Wallet> | null = null;

  const wallet = (): Promise<Wallet> => {
    // Loaded when first needed: the libraries behind signing would hold up the first picture of the window.
    loading ??=
      ways.wallet !== undefined
        ? Promise.resolve(ways.wallet)
        : import('../item/wallet.ts').then(({ loadOrCreateWallet }) => loadOrCreateWallet(join(walletDir, 'dev.json')));
    loading.catch(() => {
      loading = null;
    });
    return loading;
  };
  const sign = async (fields: ItemFields, by?: Wallet): Promise<SignedItem> => {
    const { buildItem } = await import('../item/build.ts');
    const signer = by ?? (await wallet());
    await ways.consent?.(fields);
    if (by === undefined && ways.signItem !== undefined) return ways.signItem(fields);
    return buildItem(signer, fields);
  };
  const signModule: Signing['signModule'] = async (tags, data) => {
    const { heads } = ways;
    if (heads === undefined) return sign({ tags, data });
    const { sha256 } = await import('../item/hash.ts');
    const { openItem } = await import('../item/parse.ts');
    const about = Buffer.from(JSON.stringify([(await wallet()).address, tags]));
    const key = sha256(Buffer.concat([about, sha256(data)])).toString('base64url');
    const known = heads.read(key);
    if (known !== null) {
      // Whoever made the project may have written it.
      const bytes = Buffer.concat([Buffer.from(known, 'base64url'), data]);
      const item = await openItem(bytes, Number.POSITIVE_INFINITY).catch(() => null);
      const isMine = item !== null && item.address === (await wallet()).address && JSON.stringify(item.tags) === JSON.stringify(tags);
      if (isMine) return { id: item.id, bytes, raw: bytes.toString('base64url') };
    }
    const item = await sign({ tags, data });
    await heads.keep(key, Buffer.from(item.bytes.subarray(0, item.bytes.length - data.length)).toString('base64url'));
    return item;
  };

  const signSpawn: Signing['signSpawn'] = async (args, signal) => {
    const { scheduler, authority } = await unitAddresses(unitStatus, signal);
    return sign({ anchor: anchor(), tags: spawnTags(args, scheduler, authority), data: args.source });
  };
  const messageOf = (process: ProcessId, tags: readonly Tag[], data: string): ItemFields => ({
    target: process,
    anchor: anchor(),
    tags: [...tags, SDK, ...protocol('Message')],
    data,
  });

  return {
    address: () => address,
    async load() {
      address = (await wallet()).address;
      return address;
    },
    async uploadModule(tags, data) {
      const item = await signModule(tags, data);
      const isThere = await ask('gateway.item', { id: item.id }).then(() => true, isNotFound);
      if (!isThere) await ask('gateway.upload', { item: item.raw });
      return toModuleId(item.id);
    },
    signModule,
    signSpawn,
    signMessage: (process, tags, data) => sign(messageOf(process, tags, data)),
    async spawn(args, signal) {
      const item = await signSpawn(args, signal);
      await ask('mu.send', { item: item.raw }, signal);
      return toProcessId(item.id);
    },
    async send(process, tags, data, signal, by) {
      const item = await sign(messageOf(process, tags, data), by);
      const { id, slot } = await ask('mu.send', { item: item.raw }, signal);
      if (slot === null) throw new AoError('PROCESS_UNKNOWN', { process });
      return { id, slot };
    },
  };
}

/** User tags first, then the SDK's, then the protocol's section, as aoconnect writes them. */
function spawnTags({ name, source, tags, module, isData = false }: SpawnArgs, scheduler: Address, authority: Address): Tag[] {
  const has = (tag: string): boolean => tags.some((one) => one.name === tag);
  return [
    { name: 'Name', value: name },
    { name: 'App-Name', value: 'aoscope' },
    { name: 'Authority', value: authority },
    ...(isData || source.trim() === '' || has('On-Boot') ? [] : [{ name: 'On-Boot', value: 'Data' }]),
    ...tags,
    SDK,
    ...protocol('Process'),
    { name: 'Module', value: module },
    { name: 'Scheduler', value: scheduler },
  ];
}

function protocol(type: 'Message' | 'Process'): Tag[] {
  return [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: type },
  ];
}

// Signatures are deterministic: without a fresh anchor the same message twice would be one item.
function freshAnchor(): string {
  return randomBytes(16).toString('hex');
}

function isNotFound(error: unknown): boolean {
  if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') return false;
  throw error;
}

async function unitAddresses(unitStatus: () => Signers, signal: AbortSignal): Promise<{ scheduler: Address; authority: Address }> {
  const until = Date.now() + UNITS_WAIT_MS;
  for (;;) {
    signal.throwIfAborted();
    const { scheduler, authority } = unitStatus();
    if (scheduler !== null && authority !== null) return { scheduler, authority };
    if (Date.now() > until) throw new AoError('UNIT_DOWN', { unit: scheduler === null ? 'su' : 'mu' });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
