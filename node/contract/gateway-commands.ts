import type { Empty, FactsArgs, FactsReply } from './answers.ts';
import type { Address, ItemId, ModuleId } from './ids.ts';
import type { Item, Tag } from './item.ts';
import type { SignedForm } from './signed-form.ts';

/** What the gateway, the local stand-in for Arweave, is asked. */
export interface GatewayCommands {
  /**
   * Keeps an item that the asking unit has signed or verified; what a bundle carries is verified here, but for a line of
   * the SU's log, whose two items it has verified or signed as well.
   */
  'gateway.upload': { readonly args: { readonly item: string; readonly isLogLine?: boolean }; readonly reply: { readonly id: ItemId } };
  /** Takes the signed item in which this node's own scheduler says where it is: it answers for those it stands in for, too. */
  'gateway.schedulerLocation': { readonly args: { readonly item: string }; readonly reply: { readonly id: ItemId } };
  'gateway.item': { readonly args: { readonly id: ItemId }; readonly reply: Item };
  /** An item as it was signed, with id and signature checked anew; null for a transaction and for what is here by its content alone. */
  'gateway.signed': {
    readonly args: { readonly id: ItemId; readonly from: number; readonly limit: number };
    readonly reply: { readonly form: SignedForm | null };
  };
  /** The bytes of an item's data, base64url. */
  'gateway.data': { readonly args: { readonly id: ItemId }; readonly reply: { readonly data: string } };
  /** The bytes of an item as it was signed, base64url; of one that is here by its content alone, that content. */
  'gateway.bytes': {
    readonly args: { readonly id: ItemId };
    readonly reply: {
      readonly bytes: string;
      readonly form: 'item' | 'known' | 'transaction';
      /** The fields of a transaction as JSON in Arweave's words, without its data; null for all else. */
      readonly header: string | null;
    };
  };
  /** Keeps a transaction of the base layer that was kept elsewhere: signature and data root are verified, nothing is paid again. @throws TX_*. */
  'gateway.transaction': { readonly args: { readonly header: string; readonly data: string }; readonly reply: { readonly id: ItemId } };
  /** Items that `owner` signed and that carry `tag`, in the order in which they came, without their data; `cursor` goes on where a page ended. */
  'gateway.find': {
    readonly args: { readonly owner: Address; readonly tag: Tag; readonly after: string | null; readonly limit: number };
    readonly reply: { readonly items: readonly Item[]; readonly cursor: string | null };
  };
  /** How deep an item stands in the chain. */
  'gateway.settled': {
    readonly args: { readonly id: ItemId };
    readonly reply: { readonly isTransaction: boolean; readonly confirmations: number };
  };
  'gateway.network': { readonly args: Empty; readonly reply: { readonly height: number } };
  /** Blocks above height `after` with a time before `beforeMs` (Unix ms), in order; fewer than 1,000 where there are no more. */
  'gateway.blocks': {
    readonly args: { readonly after: number; readonly beforeMs: number };
    readonly reply: { readonly blocks: readonly { readonly blockHeight: number; readonly timestampMs: number }[] };
  };
  /** Says which item is the app's own Lua module: what `lua` means in the network profile. Kept. */
  'gateway.lua': { readonly args: { readonly module: ModuleId }; readonly reply: Empty };
  /** Puts a well-known module there by its content (module-catalogue.ts), under its id on the network: nobody but its publisher could sign it. */
  'gateway.known': { readonly args: { readonly data: string }; readonly reply: { readonly module: ModuleId } };
  /**
   * The SU tells what time it is: blocks come up to it and no further; null follows the computer's clock again. Times never
   * fall. The answer's time is behind its newest block, and never before the one given.
   */
  'gateway.clock': {
    readonly args: { readonly timestampMs: number | null };
    readonly reply: { readonly timestampMs: number; readonly blockHeight: number; readonly nextBlockMs: number; readonly blockMs: number };
  };
  /** Ids of items up to a height: at most 100, oldest first. Empty lists ask for nothing; every tag must be there, and one of the owners. */
  'gateway.search': {
    readonly args: {
      readonly ids: readonly string[];
      readonly owners: readonly string[];
      readonly tags: readonly Tag[];
      readonly maxHeight: number;
    };
    readonly reply: { readonly ids: readonly ItemId[] };
  };
  /** A transaction or a block in Arweave's words, as it stood at `maxHeight`: the newest block shows no transactions, it is not full. */
  'gateway.document': {
    readonly args: { readonly kind: 'tx' | 'block'; readonly name: string; readonly maxHeight: number };
    readonly reply: { readonly json: string };
  };
  'gateway.facts': { readonly args: FactsArgs; readonly reply: FactsReply };
}
