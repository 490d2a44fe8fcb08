import { beforeEach, expect, it, vi } from 'vitest';
import { AoError } from '../../node/contract/errors.ts';
import { toProcessId } from '../../node/contract/ids.ts';
import type { RemoteNetwork } from '../../node/contract/networks.ts';
import { ADDRESSES, deployNode, key, network, project, type DeployNode } from './deploy.fixture.ts';
import { isLocked, mayDeploy, mayRehearse } from './deploy-run.ts';
import { createDeployStore, type DeployState, type DeployStore } from './deploy-store.ts';
import { createWorkspaceStore, type WorkspaceStore } from './workspace-store.ts';

let node: DeployNode;
let workspace: WorkspaceStore;
let deploy: DeployStore;

beforeEach(() => {
  node = deployNode();
  workspace = createWorkspaceStore(node.link, () => undefined);
  deploy = createDeployStore(node.link, workspace, () => undefined);
});

const state = (): DeployState => deploy.getState();
const open = (path: string): void => workspace.setState({ project: project(path) });

it('a plan that comes after another network was chosen is not shown for that one', async () => {
  open('/a');
  await state().refresh();
  const letIt = node.holdBack('deploy.plan');
  const planned = state().makePlan();
  state().choose({ network: 'two' });
  letIt();
  await planned;
  expect(state()).toMatchObject({ plan: null, busy: null, network: 'two' });
  await state().makePlan();
  expect(state().plan?.network).toBe('two');
});

it('what was begun in one project is neither shown nor waited for in the next, and ends nothing there', async () => {
  open('/a');
  await state().refresh();
  node.holdBack('deploy.plan');
  const planned = state().makePlan();
  expect(state().busy).toBe('planning');
  open('/b');
  expect(state()).toMatchObject({ busy: null, plan: null });
  const next = state().makePlan();
  await planned;
  expect(state()).toMatchObject({ busy: 'planning', plan: null, ended: null });
  state().stop();
  await next;
  expect(state()).toMatchObject({ busy: null, ended: { step: 'planning', error: null } });
});

it('networks of one project that are told late are not those of the next', async () => {
  open('/a');
  const letIt = node.holdBack('deploy.networks');
  const late = state().refresh();
  await vi.waitFor(() => expect(node.asked).toContain('deploy.networks'));
  open('/b');
  letIt();
  await late;
  expect(state().networks).toBeNull();
});

it('of a network or a wallet that is gone nothing is kept', async () => {
  open('/a');
  await state().refresh();
  state().choose({ network: 'two', wallet: 'spare' });
  await state().makePlan();
  await state().rehearse();
  await state().examine('two', ADDRESSES);
  expect(state().rehearsal).not.toBeNull();
  node.networks = [network('one')];
  await state().refresh();
  expect(state()).toMatchObject({ network: 'one', plan: null, rehearsal: null, planKey: '' });
  expect(state().findings.has('two')).toBe(false);
  await state().makePlan();
  node.keys = [key('savings')];
  await state().refresh();
  expect(state()).toMatchObject({ wallet: 'savings', plan: null });
});

it('a plan stays while the same network and wallet are there', async () => {
  open('/a');
  await state().refresh();
  await state().makePlan();
  node.keys = [key('savings', false), key('spare')];
  await state().refresh();
  expect(state().plan).not.toBeNull();
});

it('what is remembered of a project and comes late does not undo a choice, nor a plan', async () => {
  node.remembered = { '/a': { network: 'two', wallet: 'spare' } };
  const letIt = node.holdBack('shell.recallOf');
  open('/a');
  await state().refresh();
  state().choose({ network: 'one' });
  await state().makePlan();
  letIt();
  // The next question is answered after that one.
  await state().refresh();
  await state().refresh();
  expect(state()).toMatchObject({ network: 'one', wallet: 'savings' });
  expect(state().plan).not.toBeNull();
});

it('what is remembered is chosen where it is still there, whichever comes first', async () => {
  node.remembered = { '/a': { network: 'two', wallet: 'gone' }, '/b': { network: 'gone', wallet: 'spare' } };
  const letIt = node.holdBack('shell.recallOf');
  open('/a');
  await state().refresh();
  letIt();
  await vi.waitFor(() => expect(state()).toMatchObject({ network: 'two', wallet: 'savings' }));
  open('/b');
  await vi.waitFor(() => expect(state()).toMatchObject({ network: 'gone', wallet: 'spare' }));
  await state().refresh();
  expect(state()).toMatchObject({ network: 'one', wallet: 'spare' });
});

it('a wallet that was locked meanwhile is shown as locked once a step has failed for it', async () => {
  open('/a');
  await state().refresh();
  await state().makePlan();
  await state().rehearse();
  node.keys = [key('savings', false), key('spare')];
  node.fault = new AoError('WALLET_LOCKED', { name: 'savings' });
  expect(mayDeploy(state())).toBe(true);
  await state().deploy();
  expect(state().ended).toMatchObject({ step: 'deploying', error: { code: 'WALLET_LOCKED' } });
  expect(isLocked(state())).toBe(true);
  expect(mayDeploy(state())).toBe(false);
  expect(mayRehearse(state())).toBe(true);
});

it('what has failed because its network is gone is told with the networks that there are', async () => {
  open('/a');
  await state().refresh();
  node.networks = [network('two')];
  node.fault = new AoError('NETWORK_UNKNOWN', { name: 'one' });
  await state().makePlan();
  await vi.waitFor(() => expect(state().network).toBe('two'));
  expect(state().ended).toMatchObject({ step: 'planning', error: { code: 'NETWORK_UNKNOWN' } });
});

it('a wallet is shown as locked as soon as the node has locked it', async () => {
  open('/a');
  await state().refresh();
  node.keys = [key('savings', false), key('spare')];
  node.tellKeys();
  await vi.waitFor(() => expect(isLocked(state())).toBe(true));
});

it('planning can be stopped, and that it was is told of planning', async () => {
  open('/a');
  await state().refresh();
  node.holdBack('deploy.plan');
  const planned = state().makePlan();
  state().stop();
  await planned;
  expect(state()).toMatchObject({ busy: null, plan: null, ended: { step: 'planning', error: null } });
});

it('only what was rehearsed, and ended well, and was not sent yet, may be sent', async () => {
  open('/a');
  await state().refresh();
  await state().makePlan();
  expect(mayDeploy(state())).toBe(false);
  await state().rehearse();
  expect(mayDeploy(state())).toBe(true);
  const failed = {
    name: 'x',
    process: toProcessId('p'.repeat(43)),
    did: 'spawned',
    slot: null,
    error: 'no',
  } as const;
  expect(mayDeploy({ ...state(), rehearsal: { processes: [failed], forks: [], tests: null, tookMs: 1 } })).toBe(false);
  await state().deploy();
  expect(state().deployed).not.toBeNull();
  expect(mayDeploy(state())).toBe(false);
});

it('what was found of addresses that are not kept is forgotten, also what comes later', async () => {
  open('/a');
  await state().refresh();
  const other: RemoteNetwork = { ...ADDRESSES, cu: 'https://elsewhere.test' };
  const letIt = node.holdBack('deploy.doctor');
  const looked = state().examine('one', other);
  const found = { kind: 'found', network: 'one', finding: { what: 'gateway', url: 'x', answer: 'yes', tookMs: 1, fault: null } } as const;
  node.tell(found);
  await vi.waitFor(() => expect(state().findings.get('one')).toHaveLength(1));
  state().forget('one');
  expect(state()).toMatchObject({ examining: null });
  node.tell(found);
  letIt();
  await looked;
  await state().refresh();
  expect(state().findings.has('one')).toBe(false);
});
