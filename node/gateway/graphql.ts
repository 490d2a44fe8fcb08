import { execute, GraphQLError, parse, validate, visit, type DocumentNode, type ExecutionResult } from 'graphql';
import { z } from 'zod';
import { isId, toItemId } from '../contract/ids.ts';
import { tagValue, type Item } from '../contract/item.ts';
import type { Behind } from './behind.ts';
import { inAr } from './balances.ts';
import { GENESIS_HEIGHT, type Block, type Chain } from './chain.ts';
import type { TransactionQuery } from './query.ts';
import { gatewaySchema } from './schema.ts';
import type { Shelf, Shelved } from './shelf.ts';
import type { SchedulerStandIn } from './scheduler-stand-in.ts';

/** What is asked. */
export interface GraphqlSource {
  readonly shelf: Shelf;
  readonly chain: Chain;
  readonly schedulers: SchedulerStandIn;
}

/** What a client posts to /graphql. */
export const graphqlRequest = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});
export type GraphqlRequest = z.infer<typeof graphqlRequest>;

/** What the arguments of `transactions` look like once graphql has checked them. */
interface TransactionsArgs {
  readonly ids?: readonly string[] | null;
  readonly owners?: readonly string[] | null;
  readonly recipients?: readonly string[] | null;
  readonly bundledIn?: readonly string[] | null;
  readonly tags?:
    readonly { readonly name: string; readonly values: readonly string[]; readonly op: string; readonly match: string }[] | null;
  readonly block?: { readonly min?: number | null; readonly max?: number | null } | null;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly sort?: string | null;
}
interface BlocksArgs {
  readonly ids?: readonly string[] | null;
  readonly height?: { readonly min?: number | null; readonly max?: number | null } | null;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly sort?: string | null;
}

/** As Goldsky; arweave.net gives 100. */
const PAGE_MAX = 1_000;
const TOKENS_MAX = 10_000;
/** Lists that one request may ask for, by aliases: each may cost a page of disk accesses, and nothing else is answered meanwhile. */
const LISTS_MAX = 20;
/** Fields that one request may name: each is worked out for every entry of a page. */
const FIELDS_MAX = 400;
/** Braces within braces: each takes a step of the stack. */
const DEPTH_MAX = 100;
const LISTS: ReadonlySet<string> = new Set(['transactions', 'transaction', 'blocks']);

/**
 * Answers one GraphQL request. A fault in it comes back in `errors`, as the specification has it.
 * @returns a result without `data` when the query could not be read.
 */
export async function answerGraphql(
  source: GraphqlSource,
  request: GraphqlRequest,
  behind: Behind | null = null,
): Promise<ExecutionResult> {
  try {
    if (depthOf(request.query) > DEPTH_MAX) return { errors: [new GraphQLError(`One request may nest at most ${DEPTH_MAX} deep.`)] };
    const document = parse(request.query, { maxTokens: TOKENS_MAX });
    const faults = validate(gatewaySchema, document);
    if (faults.length > 0) return { errors: faults };
    const { fields, lists } = countIn(document);
    if (lists > LISTS_MAX) return { errors: [new GraphQLError(`One request may ask for at most ${LISTS_MAX} lists.`)] };
    if (fields > FIELDS_MAX) return { errors: [new GraphQLError(`One request may name at most ${FIELDS_MAX} fields.`)] };
    return await execute({
      schema: gatewaySchema,
      document,
      rootValue: behind === null ? rootOf(source) : lookingBehind(rootOf(source), behind),
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
    });
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

/** Of all brackets; those within texts count too, which does no harm. */
function depthOf(query: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of query) {
    if ('{[('.includes(character)) deepest = Math.max(deepest, ++depth);
    else if ('}])'.includes(character)) depth--;
  }
  return deepest;
}

function countIn(document: DocumentNode): { readonly fields: number; readonly lists: number } {
  let [fields, lists] = [0, 0];
  visit(document, {
    Field({ name }) {
      fields++;
      if (LISTS.has(name.value)) lists++;
    },
  });
  return { fields, lists };
}

interface Root {
  transaction(args: { readonly id: string }): object | null;
  transactions(args: TransactionsArgs): object;
  block(args: { readonly id: string }): object | null;
  blocks(args: BlocksArgs): object;
}

/** The same answers, once what is asked for by id has been brought. */
function lookingBehind(root: Root, behind: Behind): object {
  return {
    ...root,
    async transaction(args: { readonly id: string }) {
      await behind.bring(isId(args.id) ? [toItemId(args.id)] : []);
      return root.transaction(args);
    },
    async transactions(args: TransactionsArgs) {
      await behind.bring((args.ids ?? []).filter(isId).map(toItemId));
      return root.transactions(args);
    },
  };
}

function rootOf({ shelf, chain, schedulers }: GraphqlSource): Root {
  return {
    transaction({ id }: { id: string }) {
      const found = isId(id) ? shelf.get(toItemId(id)) : null;
      return found === null ? null : transactionOf(found, chain);
    },
    transactions(args: TransactionsArgs) {
      const first = pageSize(args.first);
      const query = schedulers.inPlace(queryOf(args, first));
      const found = shelf.find({ ...query, first: first + 1 });
      return {
        pageInfo: { hasNextPage: found.length > first },
        edges: found.slice(0, first).map((one) => ({ cursor: cursorOf(one.seq), node: transactionOf(one, chain) })),
        // Counted only when it is asked for.
        count: () => String(shelf.count(query)),
      };
    },
    block: ({ id }: { id: string }) => chain.byId(id),
    blocks: (args: BlocksArgs) => blocksOf(args, chain),
  };
}

function queryOf(args: TransactionsArgs, first: number): TransactionQuery {
  return {
    ids: args.ids ?? [],
    owners: args.owners ?? [],
    recipients: args.recipients ?? [],
    bundledIn: args.bundledIn ?? [],
    tags: (args.tags ?? []).map(({ name, values, op, match }) => ({ name, values, isNot: op === 'NEQ', isWildcard: match === 'WILDCARD' })),
    minHeight: args.block?.min ?? null,
    maxHeight: args.block?.max ?? null,
    after: numberOfCursor(args.after),
    first,
    isAscending: isAscending(args.sort),
  };
}

/** A node of `transactions`; its fields are read from disk only when one of them is asked for. */
function transactionOf(found: Shelved, chain: Chain): object {
  let known: Item | undefined;
  const head = (): Item => (known ??= found.head());
  const bundle = found.bundledIn === null ? null : { id: found.bundledIn };
  return {
    id: found.id,
    anchor: () => head().anchor,
    signature: () => head().signature,
    recipient: () => head().target,
    owner: () => ({ address: head().address, key: head().owner }),
    fee: () => amountOf(found.transaction()?.reward),
    quantity: () => amountOf(found.transaction()?.quantity),
    data: () => ({ size: String(found.dataBytes), type: tagValue(head().tags, 'Content-Type') }),
    tags: () => head().tags,
    block: () => chain.at(found.height),
    parent: bundle,
    bundledIn: bundle,
  };
}

/** Data items carry no amounts. */
function amountOf(winston = '0'): object {
  return { winston, ar: inAr(winston) };
}

function blocksOf(args: BlocksArgs, chain: Chain): object {
  const first = pageSize(args.first);
  const ascending = isAscending(args.sort);
  const after = numberOfCursor(args.after);
  const latest = chain.latest().height;
  const low = Math.max(args.height?.min ?? 0, GENESIS_HEIGHT, ascending && after !== null ? after + 1 : 0);
  const high = Math.min(args.height?.max ?? latest, latest, !ascending && after !== null ? after - 1 : latest);
  const wanted = args.ids ?? [];
  const heights = wanted.length > 0 ? named(wanted, chain, low, high, ascending) : range(low, high, first + 1, ascending);
  const found = heights.map((height) => chain.at(height)).filter((block): block is Block => block !== null);
  return {
    pageInfo: { hasNextPage: found.length > first },
    edges: found.slice(0, first).map((block) => ({ cursor: cursorOf(block.height), node: block })),
  };
}

function named(ids: readonly string[], chain: Chain, low: number, high: number, ascending: boolean): number[] {
  const heights = ids.map((id) => chain.byId(id)?.height ?? -1).filter((height) => height >= low && height <= high);
  return [...new Set(heights)].sort((a, b) => (ascending ? a - b : b - a));
}

function range(low: number, high: number, count: number, ascending: boolean): number[] {
  const length = Math.max(0, Math.min(count, high - low + 1));
  return Array.from({ length }, (_, index) => (ascending ? low + index : high - index));
}

function isAscending(sort: string | null | undefined): boolean {
  return sort === 'HEIGHT_ASC' || sort === 'INGESTED_AT_ASC';
}

function pageSize(first: number | null | undefined): number {
  return Math.min(PAGE_MAX, Math.max(0, first ?? 10));
}

function cursorOf(number: number): string {
  return Buffer.from(String(number)).toString('base64url');
}

/** @throws GraphQLError for a cursor that no page here has given. */
function numberOfCursor(cursor: string | null | undefined): number | null {
  if (cursor === null || cursor === undefined || cursor === '') return null;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^\d{1,15}$/.test(text)) throw new GraphQLError('"after" is no cursor of this gateway.');
  return Number(text);
}
