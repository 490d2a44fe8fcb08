import { anySignal } from '../any-signal.ts';
import { z } from 'zod';
import { bodyWithin } from '../../base/body-within.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';
import type { ModuleId } from '../../contract/ids.ts';
import { tagValue, type Tag } from '../../contract/item.ts';
import { knownByContent } from '../../contract/module-catalogue.ts';
import { itemHead } from '../../item/build.ts';
import { lengthsOf } from '../../item/layout.ts';
import { openItem } from '../../item/parse.ts';
import { writeTagBlock } from '../../item/tag-block.ts';
import { contentHash } from './cache.ts';

/** A module as a gateway gives it, with the signature of its publisher verified. */
export interface FetchedModule {
  /** The signed bytes before the program; null where the gateway does not say them, and the content is that of a well-known module. */
  readonly head: Uint8Array | null;
  readonly program: Uint8Array;
  readonly tags: readonly Tag[];
}

/** How a module is fetched. */
export interface FetchPorts {
  /** Address of the gateway, without a slash at its end. */
  readonly gateway: string;
  progress(receivedBytes: number, totalBytes: number | null): void;
  readonly signal: AbortSignal;
  /** Bytes of the program at most; {@link PROGRAM_BYTES_MAX} when absent. */
  readonly programBytesMax?: number;
}

/** Bytes of a program at most. */
const PROGRAM_BYTES_MAX = 1024 * 1024 * 1024;
/** What describes a module takes less. */
const DESCRIPTION_BYTES_MAX = 1024 * 1024;
const DESCRIPTION_MS = 60_000;
/** How often a broken download is taken up again where it stopped. */
const RESUMES_MAX = 4;
const KINDS = [1, 2, 3, 4, 5, 7];

const QUERY = `query ($id: ID!) { transaction(id: $id) {
  id anchor signature recipient owner { key } data { size } tags { name value } bundledIn { id } } }`;
const node = z.object({
  anchor: z.string().nullish(),
  signature: z.string().nullish(),
  recipient: z.string().nullish(),
  owner: z.object({ key: z.string().nullish() }),
  tags: z.array(z.object({ name: z.string(), value: z.string() })),
  bundledIn: z.object({ id: z.string() }).nullish(),
});
const answer = z.object({ data: z.object({ transaction: node.nullable() }) });
type Described = z.infer<typeof node>;

/**
 * Fetches a module by its id. The data item is put together again from what the gateway says of it, so that its id and
 * its publisher's signature can be checked: what fails that is not kept.
 * @throws AoError MODULE_OFFLINE, MODULE_NOT_THERE, MODULE_FORGED, CANCELLED.
 */
export async function fetchModule(module: ModuleId, ports: FetchPorts): Promise<FetchedModule> {
  const described = await describe(module, ports);
  const format = tagValue(described.tags, 'Module-Format');
  if (format === null) throw new AoError('MODULE_NOT_THERE', { gateway: ports.gateway, module, reason: 'that item is no module' });
  const program = await download(module, ports);
  const head = await verified(module, described, program, ports.gateway).catch((error: unknown) => {
    if (knownByContent(contentHash(program))?.id === module) return null;
    throw error;
  });
  return { head, program, tags: described.tags };
}

async function describe(module: ModuleId, { gateway, signal }: FetchPorts): Promise<Described> {
  const late = AbortSignal.timeout(DESCRIPTION_MS);
  const silent = new AoError('MODULE_OFFLINE', { gateway, reason: `its /graphql says nothing for ${DESCRIPTION_MS / 1_000} s` });
  const response = await ask(gateway, '/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { id: module } }),
    signal: anySignal([signal, late]),
  }).catch((error: unknown) => {
    throw late.aborted && !signal.aborted ? silent : error;
  });
  const body = await bodyWithin(response.body, DESCRIPTION_BYTES_MAX).catch((error: unknown) => {
    if (signal.aborted) throw new AoError('CANCELLED');
    throw late.aborted ? silent : new AoError('MODULE_OFFLINE', { gateway, reason: innerReason(error) });
  });
  const parsed = answer.safeParse(body === null ? null : jsonOf(body));
  const found = parsed.success ? parsed.data.data.transaction : undefined;
  if (found === undefined)
    throw new AoError('MODULE_OFFLINE', { gateway, reason: `its /graphql answers ${response.status} with something else` });
  if (found === null) throw new AoError('MODULE_NOT_THERE', { gateway, module, reason: 'it knows no such item' });
  return found;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
}

/** The bytes under /raw; a connection that breaks is taken up again from where it broke. */
async function download(module: ModuleId, ports: FetchPorts): Promise<Uint8Array> {
  const { programBytesMax = PROGRAM_BYTES_MAX } = ports;
  const parts: Uint8Array[] = [];
  let received = 0;
  let total: number | null = null;
  for (let tries = 0; ; tries++) {
    const range = received > 0 ? { Range: `bytes=${received}-` } : {};
    const response = await ask(ports.gateway, `/raw/${module}`, { signal: ports.signal, headers: range });
    if (!response.ok)
      throw new AoError('MODULE_NOT_THERE', { gateway: ports.gateway, module, reason: `its /raw answers ${response.status}` });
    if (received > 0 && response.status !== 206) {
      parts.length = 0;
      received = 0;
    }
    const length = Number(response.headers.get('Content-Length') ?? Number.NaN);
    if (Number.isFinite(length) && !response.headers.has('Content-Encoding')) total = received + length;
    let reason = 'it sent less than it said';
    try {
      for await (const part of response.body ?? []) {
        parts.push(part as Uint8Array);
        received += (part as Uint8Array).length;
        if (received > programBytesMax)
          throw new AoError('MODULE_FORGED', { gateway: ports.gateway, module, reason: `it has more than ${programBytesMax} bytes` });
        ports.progress(received, total);
      }
      if (total === null || received >= total) return Buffer.concat(parts);
    } catch (error) {
      if (error instanceof AoError) throw error;
      if (ports.signal.aborted) throw new AoError('CANCELLED');
      reason = innerReason(error);
    }
    if (tries >= RESUMES_MAX)
      throw new AoError('MODULE_OFFLINE', { gateway: ports.gateway, reason: `the download broke off ${tries + 1} times (${reason})` });
  }
}

async function ask(gateway: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${gateway}${path}`, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw new AoError('CANCELLED');
    throw new AoError('MODULE_OFFLINE', { gateway, reason: innerReason(error) });
  }
}

/** What fetch says itself ("fetch failed", "terminated") tells nobody anything; its cause does. */
function innerReason(error: unknown): string {
  return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}

/** @throws AoError MODULE_FORGED. */
async function verified(module: ModuleId, described: Described, program: Uint8Array, gateway: string): Promise<Uint8Array> {
  const forged = (reason: string): AoError => new AoError('MODULE_FORGED', { gateway, module, reason });
  const [signature, owner] = [bytesOf(described.signature), bytesOf(described.owner.key)];
  if (signature.length === 0 || owner.length === 0) throw forged('the gateway does not say its signature, so nobody can check it');
  const tags = { rawTags: writeTagBlock(described.tags), tagCount: described.tags.length };
  for (const signatureType of KINDS) {
    const lengths = lengthsOf(signatureType);
    if (lengths.signature !== signature.length || lengths.owner !== owner.length) continue;
    for (const anchor of anchorsOf(described.anchor ?? '')) {
      const head = itemHead({ signatureType, signature, owner, target: bytesOf(described.recipient), anchor, ...tags });
      const item = await openItem(Buffer.concat([head, program]), Number.POSITIVE_INFINITY).catch(() => null);
      if (item !== null && String(item.id) === module) return head;
    }
  }
  throw forged(
    described.bundledIn === null || described.bundledIn === undefined
      ? 'it is a transaction of its own, of which only data items are taken here'
      : 'its signature does not belong to its content',
  );
}

function bytesOf(text: string | null | undefined): Uint8Array {
  return Buffer.from(text ?? '', 'base64url');
}

/** Gateways write an anchor as base64url or, where it is text, as that. */
function anchorsOf(text: string): Uint8Array[] {
  return [Buffer.from(text, 'base64url'), Buffer.from(text, 'utf8')].filter(({ length }) => length === 0 || length === 32);
}
