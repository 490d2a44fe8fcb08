import * as fc from 'fast-check';
import { AoError } from '../../../node/contract/errors.ts';
import { parseCrons } from '../../../node/contract/cron.ts';
import { readAnswer } from '../../../node/cu/vm/json-answer.ts';
import { parseBound } from '../../../node/cu/wire.ts';
import { readBundle } from '../../../node/item/bundle.ts';
import { unpack } from '../../../node/gateway/unpack.ts';
import { openItem } from '../../../node/item/parse.ts';
import { readTagBlock } from '../../../node/item/tag-block.ts';
import { createWallet } from '../../../node/item/wallet.ts';
import { buildMessage, buildSpawn } from '../../../node/mu/build.ts';
import { toItemId, toProcessId } from '../../../node/contract/ids.ts';
import { bundleOf, itemBytes } from './items.ts';

/** Something that takes what strangers give, and what it may be given. */
export interface Parser {
  readonly name: string;
  /** Its share of all inputs. */
  readonly weight: number;
  /** Gives one input to the parser; resolves when the parser did what it may. @throws Error what it must not do. */
  readonly property: fc.IAsyncPropertyWithHooks<[unknown]>;
}

const LIMIT = 1024 * 1024;
const ID = `${'P'.repeat(42)}A`;

/** A refusal must have a code; anything else is a fault of ours. */
async function answered<T>(work: () => T | Promise<T>, others: readonly (new () => Error)[] = []): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AoError && error.code !== 'UNEXPECTED') return null;
    if (others.some((known) => error instanceof known)) return null;
    throw error;
  }
}

function parser<T>(name: string, weight: number, input: fc.Arbitrary<T>, take: (value: T) => Promise<unknown>): Parser {
  const property = fc.asyncProperty(input, async (value) => void (await take(value)));
  return { name, weight, property: property as fc.IAsyncPropertyWithHooks<[unknown]> };
}

/** Every parser that bytes or text of strangers reach. @param valid items to change. */
export function parsers(valid: readonly Uint8Array[]): readonly Parser[] {
  const wallet = createWallet();
  const known = new Set(valid.map((bytes) => Buffer.from(bytes).toString('base64')));
  const bundle = bundleOf(wallet, 3).bytes;
  const data = bundle.subarray(bundle.length - (32 + 3 * 64 + 3 * 122));
  return [
    parser('items', 40, itemBytes(valid), async (bytes) => {
      const item = await answered(() => openItem(bytes, LIMIT));
      if (item !== null && !known.has(Buffer.from(bytes).toString('base64'))) throw new Error(`a changed item was taken: ${item.id}`);
    }),
    parser('tag blocks', 20, fc.uint8Array({ maxLength: 300 }), (block) => answered(() => readTagBlock(block))),
    parser('bundles', 10, itemBytes([data]), (bytes) => answered(() => readBundle(bytes))),
    parser('uploads', 5, itemBytes([bundle]), (bytes) => answered(() => unpack(bytes, LIMIT, 'nothing'))),
    parser('answers of modules', 15, answerText, async (text) => {
      const outcome = await answered(() => readAnswer(text, 0), [SyntaxError, TypeError, RangeError]);
      if (outcome === null) return;
      const sender = { process: toProcessId(ID), module: ID, scheduler: ID, journey: toItemId(ID), place: '1' };
      for (const [index, message] of outcome.messages.entries()) await answered(() => buildMessage(wallet, message, sender, index));
      for (const [index, spawn] of outcome.spawns.entries()) await answered(() => buildSpawn(wallet, spawn, sender, index));
    }),
    parser('cron tags', 5, fc.array(cronTag, { maxLength: 6 }), (tags) =>
      answered(() => parseCrons(tags, { timestampMs: 1, blockHeight: 1 })),
    ),
    parser('cursors', 5, fc.oneof(fc.string(), cursor), (text) => answered(() => parseBound('from', text))),
  ];
}

const cronTag = fc.record({
  name: fc.oneof(fc.constantFrom('Cron-Interval', 'Cron-Tag-Action', 'Cron-Tag-'), fc.string()),
  value: fc.oneof(
    fc.string(),
    fc
      .tuple(fc.oneof(fc.integer(), fc.double()), fc.constantFrom('second', 'minutes', 'blocks', 'year', ''))
      .map(([n, unit]) => `${n}-${unit}`),
  ),
});

const cursor = fc
  .record({ timestamp: fc.anything(), ordinate: fc.anything(), cron: fc.anything(), sort: fc.anything() }, { requiredKeys: [] })
  .map((value) => Buffer.from(toJson(value)).toString('base64'));

const tagList = fc.oneof(
  fc.array(fc.record({ name: fc.oneof(fc.string(), fc.jsonValue()), value: fc.oneof(fc.string({ size: 'large' }), fc.jsonValue()) })),
  fc.jsonValue(),
);
const entry = fc.record(
  {
    Target: fc.oneof(fc.constant(ID), fc.string(), fc.jsonValue()),
    Anchor: fc.oneof(fc.constant('0'.repeat(32)), fc.string(), fc.jsonValue()),
    Tags: tagList,
    Data: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    Processes: fc.jsonValue(),
    Message: fc.jsonValue(),
    Exclude: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const outbox = fc.oneof(fc.array(entry, { maxLength: 4 }), fc.jsonValue());
const response = fc.record(
  { Messages: outbox, Spawns: outbox, Assignments: outbox, Output: fc.jsonValue(), Error: fc.jsonValue() },
  { requiredKeys: [] },
);
const answerText = fc.oneof(
  response.map(toJson),
  fc.record({ ok: fc.oneof(fc.constant(true), fc.jsonValue()), response: fc.oneof(response, fc.jsonValue()) }).map(toJson),
  fc.json(),
  fc.string(),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `{"Output":${'['.repeat(depth)}${']'.repeat(depth)}}`),
);

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return 'null';
  }
}
