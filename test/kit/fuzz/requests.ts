import * as fc from 'fast-check';
import type { UnitName } from '../../../node/contract/trace.ts';
import { itemBytes } from './items.ts';

/** One HTTP request to one unit. */
export interface WildRequest {
  readonly unit: UnitName;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** Things that are there, so that requests get past the first door. */
export interface Known {
  readonly process: string;
  readonly message: string;
  readonly items: readonly Uint8Array[];
}

const NOWHERE = 'N'.repeat(43);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Requests to every route of every unit: right ones, ones with something odd in one place, and nonsense. */
export function requests({ process, message, items }: Known): fc.Arbitrary<WildRequest> {
  const id = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(process, message, NOWHERE) }, { weight: 1, arbitrary: word });
  const number = fc.oneof(
    fc.integer().map(String),
    fc.constantFrom('-1', '0', '1e309', '0x10', '9007199254740993', 'NaN', ' 1 ', ''),
    fc.string(),
  );
  const cursor = fc.oneof(
    fc
      .record(
        { ordinate: number, timestamp: fc.integer(), cron: fc.string(), sort: fc.constantFrom('ASC', 'DESC', 'x') },
        { requiredKeys: [] },
      )
      .map((value) => Buffer.from(JSON.stringify(value)).toString('base64')),
    number,
  );
  const query = (fields: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> =>
    fc.record(fields, { requiredKeys: [] }).map((values) => new URLSearchParams(values as Record<string, string>).toString());
  const page = query({
    'process-id': id,
    from: cursor,
    to: cursor,
    limit: number,
    'from-nonce': number,
    'to-nonce': number,
    'show-anchor': word,
    sort: word,
  });
  const assign = query({ 'process-id': id, assign: id, 'base-layer': word, exclude: fc.string() });
  const item = itemBytes(items);
  const tags = fc.array(fc.record({ name: fc.string(), value: fc.string() }), { maxLength: 5 });
  const dryRun = fc.record(
    { Tags: fc.oneof(tags, fc.jsonValue()), Data: fc.jsonValue(), Owner: fc.jsonValue(), Anchor: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const ask = (unit: UnitName, method: string, path: fc.Arbitrary<string>, body: fc.Arbitrary<Uint8Array | null> = fc.constant(null)) =>
    fc.record({ unit: fc.constant(unit), method: fc.constant(method), path, headers, body });
  const under = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
  return fc.oneof(
    ask('mu', 'POST', under('/?', assign), fc.oneof(item, fc.constant(null))),
    ask('mu', 'POST', fc.constant('/'), item),
    fc.constantFrom('POST', 'DELETE').chain((method) => ask('mu', method, under('/monitor/', id), item)),
    ask('su', 'POST', under('/?', assign), fc.oneof(item, fc.constant(null))),
    ask('su', 'GET', under('/', id, '?', page)),
    ask('su', 'GET', under('/processes/', id)),
    ask('su', 'GET', under('/', id, '/latest?', page)),
    ask('cu', 'GET', under('/result/', id, '?', page)),
    ask('cu', 'GET', under('/results/', id, '?', page)),
    ask('cu', 'GET', under('/cron/', id, '?', page)),
    ask('cu', 'POST', under('/dry-run?', page), json(fc.oneof(dryRun, fc.jsonValue()))),
    ask('gateway', 'POST', fc.constantFrom('/tx', '/tx/arweave', '/v1/tx'), item),
    ask(
      'gateway',
      'POST',
      fc.constant('/graphql'),
      json(fc.record({ query: graphql, variables: fc.jsonValue() }, { requiredKeys: ['query'] })),
    ),
    ask(
      'gateway',
      'GET',
      under(fc.constantFrom('/', '/raw/', '/tx/'), id, fc.constantFrom('', '/', '/status', '/data', '/offset', '/tags', '/a/../b')),
    ),
    ask('gateway', 'GET', under(fc.constantFrom('/block/height/', '/price/', '/mine/', '/chunk/', '/wallet/', '/block/hash/'), number)),
    fc.record({
      unit: fc.constantFrom<UnitName>('gateway', 'su', 'cu', 'mu'),
      method: fc.constantFrom(...METHODS),
      path: fc.array(word, { maxLength: 4 }).map((words) => `/${words.join('/')}`),
      headers,
      body: fc.oneof(fc.constant(null), fc.uint8Array({ maxLength: 300 })),
    }),
  );
}

const word: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('..', '%2e%2e', '%00', '%ff', '__proto__', 'constructor', '-1', '0', 'latest', 'monitor', 'tx', '*', '//'),
  fc.string({ maxLength: 30 }).map((text) => encodeURIComponent(text)),
);

const headers: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    Range: fc.oneof(
      fc.tuple(fc.integer(), fc.integer()).map(([from, to]) => `bytes=${from}-${to}`),
      fc.constantFrom('bytes=-', 'bytes=0-,1-2,-5', 'bytes=99999999999999999999-', 'lines=1-2', 'bytes=5-1'),
    ),
    Accept: fc.constantFrom('*/*', 'application/json', 'x'),
    'Content-Type': fc.constantFrom('application/json', 'application/octet-stream', 'text/plain; charset=x', 'multipart/form-data'),
    Origin: fc.constantFrom('https://evil.example', 'null', 'http://localhost:1'),
    'If-None-Match': fc.constantFrom('*', '"x"'),
  },
  { requiredKeys: [] },
);

const graphql: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '{ transactions { edges { node { id tags { name value } } } } }',
    '{ __schema { types { name fields { name type { name ofType { name } } } } } }',
    'query($v: [ID!]) { transactions(ids: $v) { count } }',
    'fragment F on Query { transactions { ...G } } fragment G on TransactionConnection { edges { cursor } } { ...F }',
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    '{ block(id: "x") { height } blocks(height: {min: -1, max: 99999999}) { edges { node { id } } } }',
  ),
  fc
    .tuple(fc.nat(60), fc.integer())
    .map(
      ([count, first]) =>
        `{${Array.from({ length: count }, (_, n) => `a${n}: transactions(first: ${first}, sort: HEIGHT_ASC) { count }`).join(' ')}}`,
    ),
  fc.nat(3_000).map((depth) => `${'{a'.repeat(depth)}${'}'.repeat(depth)}`),
  fc
    .tuple(fc.string(), fc.string())
    .map(
      ([name, value]) =>
        `{ transactions(tags: [{name: ${JSON.stringify(name)}, values: [${JSON.stringify(value)}], match: WILDCARD}]) { count } }`,
    ),
);

function json(value: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> {
  return value.map((one) => new TextEncoder().encode(JSON.stringify(one) ?? ''));
}
