import { z } from 'zod';
import { parseCrons } from '../contract/cron.ts';
import type { Manifest } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { isId } from '../contract/ids.ts';
import { isProgramFile } from '../contract/modules.ts';

export const MANIFEST_VERSION = 1;

/** Those that the app writes itself: a second one would be shadowed, or shadow it. */
const OWN_TAGS = new Set(['Data-Protocol', 'Variant', 'Type', 'Module', 'Scheduler', 'Name', 'Source', 'On-Boot']);
/** For schema and editor: what is said about a field stands where it is declared. */
const text = (about: string) => z.string().min(1).describe(about);

const start = z
  .strictObject({
    action: text('The Action tag of the message.'),
    data: z.string().describe('The data of the message.').exactOptional(),
    tags: z.record(z.string().min(1), z.string()).describe('More tags of the message.').exactOptional(),
  })
  .describe('A message to send once all processes run.');
const spawnTags = z
  .record(
    z
      .string()
      .min(1)
      .refine((name) => !OWN_TAGS.has(name), 'a tag that the app writes itself'),
    z.string(),
  )
  .describe('More tags of the process item.');
const cron = z.strictObject({
  every: text('As in a Cron-Interval tag: 10-seconds, 5-minutes, 2-blocks.').superRefine((every, told) => {
    try {
      parseCrons([{ name: 'Cron-Interval', value: every }], { timestampMs: 0, blockHeight: 0 });
    } catch (error) {
      told.addIssue({ code: 'custom', message: error instanceof AoError ? String(error.details['reason']) : 'no interval' });
    }
  }),
  tags: z.record(z.string().min(1), z.string()).describe('Tags of the message that wakes it.').exactOptional(),
});
const process = z.strictObject({
  name: text('The name by which the project knows the process; its Name tag.').max(100),
  source: text('The file it is made from, with what that requires; or a .wasm, .wat, .ts or .js file that is the program itself.'),
  module: text('What it runs on: an id, a name from the list of modules, or a .wasm, .wat, .ts or .js file; the Lua module where absent.')
    .max(1024)
    .exactOptional(),
  tags: spawnTags.exactOptional(),
  boot: z
    .enum(['on-boot', 'eval', 'data'])
    .describe(
      'on-boot: the file is evaluated as the process boots. eval: its owner evaluates it afterwards. data: it is the data of the process item only.',
    )
    .exactOptional(),
  cron: z.array(cron).max(20).describe('When it is woken by itself.').exactOptional(),
  isMonitored: z.boolean().describe('false: what its crons send is not pushed.').exactOptional(),
  needs: z
    .array(z.string().min(1))
    .max(50)
    .describe('Processes that are spawned before it, and whose ids it knows when it boots.')
    .exactOptional(),
  start: start.exactOptional(),
});
const limit = z.number().int().positive().exactOptional();
const limits = z
  .strictObject({
    onLimit: z.enum(['error', 'pause']).describe('What becomes of a slot that a limit ends.').exactOptional(),
    gas: limit,
    memoryBytes: limit,
    timeMs: limit,
    hops: limit,
    journeyItems: limit,
    itemBytes: limit,
    keyframeBytes: limit,
    windowBytes: limit,
  })
  .describe("What the project's slots and journeys may use.");
const unitUrl = z.url({ protocol: /^https?$/ }).exactOptional();
const network = z
  .strictObject({
    units: z
      .strictObject({ gateway: unitUrl, su: unitUrl, cu: unitUrl, mu: unitUrl })
      .describe('Units that run elsewhere, by their address.')
      .exactOptional(),
    upload: unitUrl.describe('Where a gateway elsewhere has its uploads; the gateway itself where absent.'),
    graphql: unitUrl.describe('Where it is searched; /graphql of the gateway where absent.'),
    readThrough: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .describe('A gateway that is asked for what the local one lacks.')
      .exactOptional(),
    modules: z
      .record(
        z.string().refine(isId, 'not an id'),
        z.string().refine((to) => to === 'lua' || isId(to), 'neither "lua" nor an id'),
      )
      .describe('What is run in place of a module.')
      .exactOptional(),
    authorities: z.array(z.string().min(1)).max(20).describe("Whom this node's messenger stands in for.").exactOptional(),
    schedulers: z.array(z.string().min(1)).max(20).describe("Whom this node's scheduler stands in for.").exactOptional(),
    shuffle: z.int().nullable().describe('Mixes the order of deliveries by this number.').exactOptional(),
  })
  .describe("How the project's node is put together.");

const url = z.url({ protocol: /^https?$/ });
const networks = z
  .record(
    z
      .string()
      .regex(/^[\w-]{1,40}$/, 'letters, digits, - and _ only')
      .refine((name) => name !== 'local', '"local" is the node of the project itself'),
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('units').describe('Units with an address each, as on legacynet.'),
        gateway: url.describe('Where items are read.'),
        graphql: url.describe('Where items are searched; /graphql of the gateway where absent.').exactOptional(),
        su: url.describe('The scheduler unit.'),
        cu: url.describe('The compute unit.'),
        mu: url.describe('The messenger unit.'),
        upload: url.describe('Where modules and other data are uploaded; the gateway where absent.').exactOptional(),
        authority: z
          .string()
          .refine(isId, 'not an address')
          .describe('With which address its messenger unit signs; that of legacynet where absent.')
          .exactOptional(),
      }),
      z.strictObject({
        kind: z.literal('hyperbeam').describe('A HyperBEAM node, which is all units in one.'),
        node: url.describe('Its address.'),
        graphql: url.describe('Where items are searched.').exactOptional(),
      }),
    ]),
  )
  .describe('Networks that others run.');

const shape = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  name: text('The name of the project.').max(200),
  processes: z.array(process).max(1000).describe('The processes of the project.'),
  bundle: z
    .strictObject({
      paths: z.array(z.string().min(1)).max(50).describe('More folders in which require looks.').exactOptional(),
      external: z.array(z.string().min(1)).max(200).describe('Names that a process has by itself.').exactOptional(),
    })
    .describe('Where require looks.')
    .exactOptional(),
  limits: limits.exactOptional(),
  network: network.exactOptional(),
  networks: networks.exactOptional(),
});

/** aoscope.json of the newest version. */
export const manifestSchema = shape.superRefine(({ processes }, told) => {
  const issue = (path: (string | number)[], message: string): void =>
    told.addIssue({ code: 'custom', path: ['processes', ...path], message });
  const names = new Map<string, number>();
  for (const [index, one] of processes.entries()) {
    const first = names.get(one.name);
    if (first === undefined) names.set(one.name, index);
    else issue([index, 'name'], `two processes have the same name, "${one.name}"`);
    if (isProgramFile(one.source) && one.boot !== undefined)
      issue([index, 'boot'], `${one.source} is a program: there is no code to boot with`);
  }
  for (const [index, { needs = [] }] of processes.entries())
    for (const [at, name] of needs.entries()) if (!names.has(name)) issue([index, 'needs', at], `there is no process "${name}"`);
  const circle = circleOf(processes);
  if (circle !== null)
    issue(
      [names.get(circle[0] ?? '') ?? 0, 'needs'],
      `processes need each other in a circle: ${circle.map((name) => `"${name}"`).join(', ')}`,
    );
});

/** JSON Schema of aoscope.json, for editors: completion, and checks while one types. */
export function manifestJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(shape, { io: 'input', target: 'draft-7' }) };
}

type Needing = Pick<Manifest['processes'][number], 'name' | 'needs'>;

/** Names of processes that need each other, the first one again at the end; null where there is no such circle. */
function circleOf(processes: readonly Needing[]): readonly string[] | null {
  const needs = new Map(processes.map((one) => [one.name, one.needs ?? []]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of needs.get(name) ?? []) {
      const found = visit(next, [...way, name]);
      if (found !== null) return found;
    }
    done.add(name);
    return null;
  };
  for (const { name } of processes) {
    const found = visit(name, []);
    if (found !== null) return found;
  }
  return null;
}

/** Each process after those that it needs; otherwise in the order of the manifest. */
export function inOrderOfNeeds<P extends Needing>(processes: readonly P[]): readonly P[] {
  const byName = new Map(processes.map((one) => [one.name, one]));
  const ordered = new Set<P>();
  const visit = (one: P): void => {
    if (ordered.has(one)) return;
    for (const name of one.needs ?? []) {
      const needed = byName.get(name);
      if (needed !== undefined) visit(needed);
    }
    ordered.add(one);
  };
  for (const one of processes) visit(one);
  return [...ordered];
}
