import { z } from 'zod';
import type { Finding } from '../contract/deploy.ts';
import { AoError } from '../contract/errors.ts';
import type { RemoteNetwork } from '../contract/networks.ts';
import { ask, type Answer } from './ask.ts';

/** One address, how it is asked, and what is to come back. */
interface Check {
  readonly what: string;
  /** The field of the profile that names it. */
  readonly field: string;
  readonly base: string;
  readonly path: string;
  readonly body?: unknown;
  /** @returns what it says of itself; null where that is not what is expected there. */
  read(answer: Answer): string | null;
}

const QUERY = { query: '{ transactions(first: 1) { edges { node { id } } } }' };
const NUMBER = /^\d+$/;

/**
 * Asks every address of a network for what any unit of its kind can say without a signature, one after another on the way
 * that a message takes, and tells each finding as it comes. Nothing is written anywhere.
 * @param timeoutMs after which an address counts as silent
 */
export async function* examine(name: string, network: RemoteNetwork, timeoutMs: number): AsyncGenerator<Finding> {
  for (const check of network.kind === 'units' ? unitChecks(network) : hyperbeamChecks(network))
    yield await finding(name, check, timeoutMs);
}

async function finding(network: string, check: Check, timeoutMs: number): Promise<Finding> {
  const { what, field, base, path, body } = check;
  const url = `${base.replace(/\/+$/, '')}${path}`;
  const startMs = performance.now();
  const seen = (answer: string | null, fault: AoError | null): Finding => ({
    what,
    url,
    answer,
    tookMs: Math.round(performance.now() - startMs),
    fault: fault === null ? null : { code: fault.code, message: fault.message, cure: fault.cure },
  });
  const place = { what, url, field: `networks.${network}.${field}` };
  try {
    const answer = await ask(url, body, timeoutMs);
    if (answer.status >= 400) return seen(null, new AoError('NETWORK_REFUSED', { ...place, status: answer.status }));
    const said = check.read(answer);
    return seen(said, said === null ? new AoError('NETWORK_OTHER', place) : null);
  } catch (error) {
    if (!(error instanceof AoError) || error.code !== 'NETWORK_SILENT') throw error;
    return seen(null, new AoError('NETWORK_SILENT', { ...place, reason: error.details['reason'] ?? '' }));
  }
}

type UnitsOnly = Extract<RemoteNetwork, { readonly kind: 'units' }>;
type HyperbeamOnly = Extract<RemoteNetwork, { readonly kind: 'hyperbeam' }>;

function unitChecks({ gateway, graphql, su, cu, mu, upload }: UnitsOnly): readonly Check[] {
  const checks: Check[] = [
    { what: 'gateway', field: 'gateway', base: gateway, path: '/info', read: readGateway },
    graphqlCheck(graphql ?? `${gateway.replace(/\/+$/, '')}/graphql`, graphql === undefined ? 'gateway' : 'graphql'),
    { what: 'scheduler unit', field: 'su', base: su, path: '/timestamp', read: readTimestamp },
    { what: 'compute unit', field: 'cu', base: cu, path: '/', read: readAddress },
    { what: 'messenger unit', field: 'mu', base: mu, path: '/', read: ({ text }) => (/messenger unit/i.test(text) ? text.trim() : null) },
  ];
  // Every uploader has a page there, and no two say the same.
  if (upload !== undefined)
    checks.push({ what: 'upload service', field: 'upload', base: upload, path: '/', read: ({ status }) => `it answers (${status})` });
  return checks;
}

function hyperbeamChecks({ node, graphql }: HyperbeamOnly): readonly Check[] {
  const checks: Check[] = [
    { what: 'HyperBEAM node', field: 'node', base: node, path: '/~meta@1.0/info/address', read: readId },
    { what: 'scheduler of the node', field: 'node', base: node, path: '/~scheduler@1.0/status', read: readPlain },
  ];
  return graphql === undefined ? checks : [graphqlCheck(graphql, 'graphql'), ...checks];
}

function graphqlCheck(url: string, field: string): Check {
  return { what: 'GraphQL of the gateway', field, base: url, path: '', body: QUERY, read: readEdges };
}

const gatewayInfo = z.looseObject({ network: z.string(), height: z.number().int() });
const edges = z.looseObject({ data: z.looseObject({ transactions: z.looseObject({ edges: z.array(z.unknown()) }) }) });
/** Texts, as the reference has it; others write numbers, which is understood as well. */
const digits = z.coerce.string().regex(NUMBER);
const timestamp = z.looseObject({ timestamp: digits, block_height: digits });
/** Not every compute unit has a wallet. */
const addressed = z.looseObject({ address: z.string().nullable(), timestamp: z.union([z.number(), z.string()]) });

function readGateway({ json }: Answer): string | null {
  const info = gatewayInfo.safeParse(json);
  return info.success ? `${info.data.network}, block ${info.data.height}` : null;
}

function readEdges({ json }: Answer): string | null {
  return edges.safeParse(json).success ? 'it answers queries' : null;
}

function readTimestamp({ json }: Answer): string | null {
  const told = timestamp.safeParse(json);
  return told.success ? `block ${Number(told.data.block_height)}` : null;
}

function readAddress({ json }: Answer): string | null {
  const told = addressed.safeParse(json);
  return told.success ? (told.data.address ?? 'it has no wallet') : null;
}

/** Nodes say this in several forms; a page for people is none of them. */
function readPlain({ text }: Answer): string | null {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  return plain === '' || plain.startsWith('<') ? null : plain.slice(0, 60);
}

function readId({ text }: Answer): string | null {
  return /^[\w-]{43}$/.test(text.trim()) ? text.trim() : null;
}
