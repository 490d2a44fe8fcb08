import { createLink, type Link } from '../link/link.ts';
import { pair } from '../link/pair.fixture.ts';
import type { KeyInfo, NetworkInfo } from '../../node/contract/deploy.ts';
import type { ProjectInfo } from '../../node/contract/desktop.ts';
import type { AoError } from '../../node/contract/errors.ts';
import type { Events } from '../../node/contract/events.ts';
import type { Handlers } from '../../node/contract/handlers.ts';
import { toAddress } from '../../node/contract/ids.ts';
import { announcer, serve } from '../../node/contract/rpc.ts';

export const ADDRESSES = {
  kind: 'units',
  gateway: 'https://g.test',
  su: 'https://s.test',
  cu: 'https://c.test',
  mu: 'https://m.test',
} as const;
const WALLET = toAddress('w'.repeat(43));

type Asked =
  | 'deploy.networks'
  | 'deploy.keepNetwork'
  | 'keys.list'
  | 'keys.make'
  | 'deploy.plan'
  | 'deploy.rehearse'
  | 'deploy.run'
  | 'deploy.doctor'
  | 'shell.recallOf'
  | 'shell.rememberOf';

const STEPS: ReadonlySet<Asked> = new Set(['deploy.plan', 'deploy.rehearse', 'deploy.run']);

export function network(name: string): NetworkInfo {
  return { name, network: ADDRESSES, from: 'project', receipts: [], wallet: null };
}

export function key(name: string, isOpen = true): KeyInfo {
  return { name, kind: 'Ethereum', address: WALLET, account: null, kept: 'passphrase', isOpen };
}

export function project(path: string): ProjectInfo {
  const manifest: ProjectInfo['manifest'] = { version: 1, name: path, processes: [{ name: 'bank', source: 'bank.lua' }] };
  return { path, name: path, isScratch: false, isReadOnly: false, manifest, problem: null };
}

/** A node with which things are deployed, as a window sees it. What it has can be put otherwise. */
export interface DeployNode {
  readonly link: Link;
  networks: NetworkInfo[];
  keys: KeyInfo[];
  remembered: Record<string, { readonly network: string; readonly wallet: string }>;
  /** What steps end in. */
  fault: AoError | null;
  readonly asked: readonly Asked[];
  /** It answers `name` only once the returned way is gone. What it answers it knows before. */
  holdBack(name: Asked): () => void;
  tell(event: Events['deploy.event']): void;
  tellKeys(): void;
}

/** Two networks, two open keys. */
export function deployNode(): DeployNode {
  const { link, attach } = createLink();
  const [near, far] = pair();
  const doors = new Map<Asked, Promise<void>>();
  const asked: Asked[] = [];
  const after = async <T>(name: Asked, reply: () => T): Promise<T> => {
    asked.push(name);
    const answer = reply();
    await doors.get(name);
    if (node.fault !== null && STEPS.has(name)) throw node.fault;
    return answer;
  };
  const announce = announcer(far);
  const node: DeployNode = {
    link,
    networks: [network('one'), network('two')],
    keys: [key('savings'), key('spare')],
    remembered: {},
    fault: null,
    asked,
    holdBack(name) {
      let open = (): void => undefined;
      doors.set(name, new Promise((resolve) => (open = resolve)));
      return () => {
        doors.delete(name);
        open();
      };
    },
    tell: (event) => announce('deploy.event', event),
    tellKeys: () => announce('keys.changed', {}),
  };
  const plan = { addresses: ADDRESSES, wallet: WALLET, uploads: [], steps: [], besides: [], warnings: [], isDone: false };
  const handlers: Pick<Handlers<Asked>, Asked> = {
    'deploy.networks': () => after('deploy.networks', () => ({ networks: node.networks })),
    'deploy.keepNetwork': () => after('deploy.keepNetwork', () => ({})),
    'keys.list': () => after('keys.list', () => ({ keys: node.keys, broken: [], store: { isThere: false, reason: 'none here' } })),
    'keys.make': ({ name }) =>
      after('keys.make', () => {
        node.keys = [...node.keys, key(name)];
        return key(name);
      }),
    'deploy.plan': (wish) =>
      after('deploy.plan', () => ({ plan: { ...plan, network: wish.network }, key: `${wish.network} ${wish.wallet}` })),
    'deploy.rehearse': () => after('deploy.rehearse', () => ({ processes: [], forks: [], tests: null, tookMs: 1 })),
    'deploy.run': () => after('deploy.run', () => ({ processes: [], compared: [] })),
    'deploy.doctor': () => after('deploy.doctor', () => ({ findings: [] })),
    'shell.recallOf': ({ project: path }) => after('shell.recallOf', () => ({ value: node.remembered[path] ?? null })),
    'shell.rememberOf': async () => ({}),
  };
  attach(near);
  serve(far, handlers);
  return node;
}
