import { parse as parseWithPlace } from '@humanwhocodes/momoa';
import { z } from 'zod';
import type { Manifest } from '../contract/desktop.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { isId } from '../contract/ids.ts';
import type { Json } from '../contract/outcome.ts';

export const MANIFEST_FILE = 'aoscope.json';
const VERSION = 1;

const start = z.strictObject({
  action: z.string().min(1),
  data: z.string().exactOptional(),
  tags: z.record(z.string().min(1), z.string()).exactOptional(),
});
/** Those that the app writes itself: a second one would be shadowed, or shadow it. */
const OWN_TAGS = new Set(['Data-Protocol', 'Variant', 'Type', 'Module', 'Scheduler', 'Name', 'Source', 'On-Boot']);
const spawnTags = z.record(
  z
    .string()
    .min(1)
    .refine((name) => !OWN_TAGS.has(name), 'a tag that the app writes itself'),
  z.string(),
);
const limit = z.number().int().positive().exactOptional();
const limits = z.strictObject({
  onLimit: z.enum(['error', 'pause']).exactOptional(),
  gas: limit,
  memoryBytes: limit,
  timeMs: limit,
  hops: limit,
  journeyItems: limit,
  itemBytes: limit,
  keyframeBytes: limit,
  windowBytes: limit,
});
const unitUrl = z.url({ protocol: /^https?$/ }).exactOptional();
const network = z.strictObject({
  units: z.strictObject({ gateway: unitUrl, su: unitUrl, cu: unitUrl, mu: unitUrl }).exactOptional(),
  readThrough: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .exactOptional(),
  modules: z
    .record(
      z.string().refine(isId, 'not an id'),
      z.string().refine((to) => to === 'lua' || isId(to), 'neither "lua" nor an id'),
    )
    .exactOptional(),
  authorities: z.array(z.string().min(1)).max(20).exactOptional(),
  schedulers: z.array(z.string().min(1)).max(20).exactOptional(),
  shuffle: z.int().nullable().exactOptional(),
});
const schema = z.strictObject({
  version: z.literal(VERSION),
  name: z.string().min(1).max(200),
  processes: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        source: z.string().min(1),
        module: z.string().min(1).max(1024).exactOptional(),
        tags: spawnTags.exactOptional(),
        start: start.exactOptional(),
      }),
    )
    .max(1000)
    .refine((processes) => new Set(processes.map((one) => one.name)).size === processes.length, 'two processes have the same name'),
  limits: limits.exactOptional(),
  network: network.exactOptional(),
});

const version0 = z.object({ name: z.string(), processes: z.array(z.object({ name: z.string(), file: z.string() })).default([]) });

/** From each old version to the next. A new version adds a row here and keeps the old ones. */
const MIGRATIONS: Readonly<Record<number, (old: unknown) => unknown>> = {
  // Before versions were written: {name, processes: [{name, file}]}.
  0: (old) => {
    const { name, processes } = version0.parse(old);
    return { version: 1, name, processes: processes.map((one) => ({ name: one.name, source: one.file })) };
  },
};

/** What a manifest file says. With a problem the manifest is an empty one, so that the files still open. */
export interface ManifestRead {
  readonly manifest: Manifest;
  /** The version the file was written in; null when it could not be told. */
  readonly version: number | null;
  /** MANIFEST_BROKEN or MANIFEST_TOO_NEW. */
  readonly problem: AoError | null;
}

/** An empty manifest. */
export function emptyManifest(name: string): Manifest {
  return { version: VERSION, name, processes: [] };
}

/** Reads aoscope.json of any version this app has ever written. `folderName` stands in where the file gives no name. */
export function readManifest(text: string, folderName: string): ManifestRead {
  let version: number | null = null;
  try {
    const raw = parseJson(text);
    version = versionOf(raw);
    const migrated = migrate(raw, version);
    const parsed = schema.safeParse(migrated);
    if (!parsed.success) throw new AoError('MANIFEST_BROKEN', { reason: faultOf(parsed.error) });
    return { manifest: parsed.data, version, problem: null };
  } catch (error) {
    const problem =
      error instanceof AoError
        ? error
        : new AoError('MANIFEST_BROKEN', { reason: error instanceof z.ZodError ? faultOf(error) : reasonOf(error) });
    return { manifest: emptyManifest(folderName), version, problem };
  }
}

/** aoscope.json as it is written: two spaces, a line at the end. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * The name under which the former text of aoscope.json is to be kept when `next` replaces it: where that raises the
 * version. Null where nothing would be lost.
 */
export function backupName(former: string, next: string): string | null {
  const before = readManifest(former, '-');
  const after = readManifest(next, '-');
  if (before.problem !== null || after.problem !== null || before.version === null || before.version === VERSION) return null;
  return `${MANIFEST_FILE}.v${before.version}.bak`;
}

function versionOf(raw: Json): number {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw))
    throw new AoError('MANIFEST_BROKEN', { reason: 'it is no JSON object' });
  const version = 'version' in raw ? raw.version : 0;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0)
    throw new AoError('MANIFEST_BROKEN', { reason: '"version" is no whole number' });
  if (version > VERSION) throw new AoError('MANIFEST_TOO_NEW', { version, known: VERSION });
  return version;
}

function migrate(raw: Json, from: number): unknown {
  let value: unknown = raw;
  for (let version = from; version < VERSION; version++) value = MIGRATIONS[version]?.(value);
  return value;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new AoError('MANIFEST_BROKEN', { reason: jsonFault(reasonOf(error), text) });
  }
}

// JSON.parse gives an offset in most of its messages; where it quotes the text instead, momoa knows the place.
function jsonFault(reason: string, text: string): string {
  if (reason.includes('end of JSON input')) return `it ends too early, in line ${text.split('\n').length}`;
  const [, sentence, offset] = /^(.*?) in JSON at position (\d+)/.exec(reason) ?? [];
  if (sentence !== undefined) {
    const before = text.slice(0, Number(offset)).split('\n');
    return `${sentence} in line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  }
  try {
    parseWithPlace(text, { mode: 'json' });
    return reason;
  } catch (error) {
    return reasonOf(error).replace(/ found\. \((\d+):(\d+)\)$/, ' in line $1, column $2');
  }
}

function faultOf(error: z.ZodError): string {
  const issue = error.issues[0];
  const place =
    issue?.path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('')
      .replace(/^\./, '') ?? '';
  return `${place === '' ? '' : `${place}: `}${issue?.message ?? 'it has another shape'}`;
}
