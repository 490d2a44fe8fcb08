import { parse as parseWithPlace, type AnyNode } from '@humanwhocodes/momoa';
import { z } from 'zod';
import type { Manifest, ProjectProblem } from '../contract/desktop.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { Json } from '../contract/outcome.ts';
import { MANIFEST_VERSION as VERSION, manifestSchema } from './manifest-schema.ts';

export const MANIFEST_FILE = 'aoscope.json';

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
    const parsed = manifestSchema.safeParse(migrated);
    if (!parsed.success) throw faultIn(text, parsed.error);
    return { manifest: parsed.data, version, problem: null };
  } catch (error) {
    const problem =
      error instanceof AoError
        ? error
        : error instanceof z.ZodError
          ? faultIn(text, error)
          : new AoError('MANIFEST_BROKEN', { reason: reasonOf(error) });
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
    const reason = jsonFault(reasonOf(error), text);
    const [, line, column = '1'] = /line (\d+)(?:, column (\d+))?$/.exec(reason) ?? [];
    throw new AoError('MANIFEST_BROKEN', { reason, ...(line === undefined ? {} : { line: Number(line), column: Number(column) }) });
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

/** What is wrong with a manifest, and where in its text. */
function faultIn(text: string, error: z.ZodError): AoError {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const field = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? null) : null;
  const place = placeOf(text, unknown === null ? path : [...path, unknown], unknown !== null);
  const sentence = `${field === '' ? '' : `${field}: `}${wordsOf(issue)}`;
  const where = place === null ? '' : ` in line ${place.line}, column ${place.column}`;
  return new AoError('MANIFEST_BROKEN', { reason: `${sentence}${where}`, ...place });
}

/** An issue in the words of whoever wrote the file. */
function wordsOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'it has another shape';
  if (issue.code === 'unrecognized_keys') return `there is no "${issue.keys[0] ?? ''}" here`;
  if (issue.code === 'invalid_type' && issue.input === undefined && issue.message.endsWith('received undefined'))
    return `it is missing (${issue.expected})`;
  return issue.message;
}

/**
 * Where a value stands in a JSON text, or the innermost one around it that is there; null where the text is no JSON.
 * @param isName the name of the last field is meant, not what stands behind it
 */
function placeOf(text: string, path: readonly PropertyKey[], isName: boolean): { readonly line: number; readonly column: number } | null {
  let node: AnyNode;
  try {
    node = parseWithPlace(text, { mode: 'json' }).body;
  } catch {
    return null;
  }
  for (const [index, step] of path.entries()) {
    const member: AnyNode | undefined =
      node.type === 'Object'
        ? node.members.find(({ name }) => name.type === 'String' && name.value === step)
        : node.type === 'Array' && typeof step === 'number'
          ? node.elements[step]
          : undefined;
    if (member === undefined) break;
    const isLast = index === path.length - 1;
    node = member.type === 'Element' || (member.type === 'Member' && !(isLast && isName)) ? member.value : member;
  }
  const { line, column } = node.loc.start;
  return { line, column };
}

/** A problem with the project as the window shows it. */
export function problemOf({ code, message, cure, details }: AoError): ProjectProblem {
  const { line, column } = details;
  return { code, message, cure, ...(typeof line === 'number' && typeof column === 'number' ? { place: { line, column } } : {}) };
}
