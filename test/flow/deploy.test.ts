import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runDeploy } from '../../node/cli/deploy/command.ts';
import { runWallet } from '../../node/cli/wallet.ts';
import { toProcessId, toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { UnitsNetwork } from '../../node/contract/networks.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const BANK = `Balance = Balance or 0
Handlers.add("Pay", "Pay", function(msg) Balance = Balance + tonumber(msg.Quantity) print("has " .. Balance) end)`;
const SHOP = `print("pays to " .. Peers.bank)
Handlers.add("Open", "Open", function() Send({ Target = Peers.bank, Action = "Pay", Quantity = "5" }) end)`;
const MANIFEST = {
  version: 1,
  name: 'market',
  processes: [
    { name: 'shop', source: 'shop.lua', needs: ['bank'], tags: { Street: 'Main' }, start: { action: 'Open' } },
    { name: 'bank', source: 'bank.lua' },
    { name: 'clock', source: 'clock.lua', cron: [{ every: '1-hour' }] },
  ],
};
const TEST = `it("counts what it is paid", function()
  local bank = spawn("bank")
  send(bank, { Action = "Pay", Quantity = "2" })
  expect(state(bank, "Balance")).equals(2)
end)`;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-deployed-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** A node of somebody else, and its units behind a wire that can be cut. */
async function elsewhere(): Promise<{ there: TestNode; network: UnitsNetwork; wire: { cutAfter: number | null; posts: number } }> {
  const there = await startNode({ http: true });
  const wire: { cutAfter: number | null; posts: number } = { cutAfter: null, posts: 0 };
  const isCut = (): boolean => wire.cutAfter !== null && wire.posts >= wire.cutAfter;
  const behind = async (to: string | null): Promise<string> => {
    const server = createServer((asked, reply) => {
      if (isCut()) return void asked.socket.destroy();
      if (asked.method === 'POST' && to === there.node.urls.mu) wire.posts++;
      const onward = httpRequest(`${to}${asked.url}`, { method: asked.method, headers: asked.headers }, (answer) => {
        // The unit has done what it was asked for; its answer is lost.
        if (isCut()) return void asked.socket.destroy();
        reply.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(reply);
      });
      onward.on('error', () => asked.socket.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const { gateway, su, cu, mu } = there.node.urls;
  const authority = there.node.opened.mu.address;
  if (gateway === null || authority === null) throw new Error('the node is not whole');
  return {
    there,
    wire,
    network: { kind: 'units', gateway, upload: gateway, su: await behind(su), cu: await behind(cu), mu: await behind(mu), authority },
  };
}

/** A project with a key of Arweave beside it. */
function project(network: UnitsNetwork): { root: string; args: string[]; write(name: string, text: string): void } {
  const [root, home] = [folder(), folder()];
  const write = (name: string, text: string): void => writeFileSync(join(root, name), text);
  write('aoscope.json', JSON.stringify({ ...MANIFEST, networks: { there: network } }));
  write('bank.lua', BANK);
  write('shop.lua', SHOP);
  write('clock.lua', 'Ticks = 0');
  const wallet = join(home, 'wallet.json');
  writeFileSync(wallet, JSON.stringify(generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' })));
  return { root, write, args: [root, '--network', 'there', '--wallet', wallet, '--data', home, '--json'] };
}

interface Told {
  readonly code: number;
  readonly lines: readonly { readonly kind?: string; readonly [key: string]: unknown }[];
  readonly errors: string;
}

const deploy = (args: readonly string[]): Promise<Told> => told(() => runDeploy(args, OUT));

async function told(work: () => Promise<number>): Promise<Told> {
  let [text, errors] = ['', ''];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((text += String(chunk)), true));
  const wrong = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => ((errors += String(chunk)), true));
  try {
    const code = await work();
    return {
      code,
      errors,
      lines: text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Told['lines'][number]] : [])),
    };
  } finally {
    out.mockRestore();
    wrong.mockRestore();
  }
}

const receipts = (root: string): { running: Record<string, { process: string }>; sending: unknown } => {
  const file = JSON.parse(readFileSync(join(root, 'aoscope.deployments.json'), 'utf8')) as {
    networks: Record<string, ReturnType<typeof receipts>>;
  };
  const mine = file.networks['there'];
  if (mine === undefined) throw new Error('no receipts');
  return mine;
};
const processesOf = ({ lines }: Told): Record<string, ProcessId> => {
  const told = lines.find(({ kind }) => kind === 'deployed') as { processes: { name: string; process: string }[] } | undefined;
  return Object.fromEntries((told?.processes ?? []).map(({ name, process }) => [name, toProcessId(process)]));
};
/** Everything that one process was sent. */
async function logOf(there: TestNode, process: ProcessId | undefined): Promise<readonly string[]> {
  if (process === undefined) throw new Error('it was not deployed');
  const { entries } = await there.node.ask('su.log', { process, from: 0 as never, limit: 100 });
  return entries.map(({ message }) => message?.tags.find(({ name }) => name === 'Action')?.value ?? '');
}
async function spawnsIn(there: TestNode): Promise<number> {
  return (await there.facts('su')).filter((fact) => fact.kind === 'su.assigned' && fact.slot === 0).length;
}

const monitorsIn = async (there: TestNode): Promise<readonly ProcessId[]> => (await there.node.ask('mu.monitors', {})).processes;

test('a project is rehearsed, deployed to the node of somebody else with a key of Arweave, and answers there as it did here', async () => {
  const { there, network } = await elsewhere();
  const { root, args, write } = project(network);
  write('bank.test.lua', TEST);

  const dry = await deploy([...args, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, errors: '' });
  expect(dry.lines.find(({ kind }) => kind === 'plan')?.['plan']).toMatchObject({
    steps: [
      { name: 'bank', does: 'spawn', module: 'lua', files: ['bank.lua'] },
      { name: 'shop', does: 'spawn', needs: ['bank'], tags: { Street: 'Main' }, start: 'Open' },
      { name: 'clock', does: 'spawn', cron: ['1-hour'] },
    ],
    uploads: [{ module: 'lua', price: expect.stringMatching(/^\d+$/) as string }],
  });
  expect(dry.lines.some(({ kind }) => kind === 'summary')).toBe(true);
  expect(await spawnsIn(there)).toBe(0);

  const first = await deploy([...args, '--yes']);
  expect(first).toMatchObject({ code: 0, errors: '' });
  expect(first.lines.find(({ kind }) => kind === 'compared')?.['compared']).toEqual([
    { name: 'shop', is: 'equal', difference: null },
    { name: 'bank', is: 'equal', difference: null },
    { name: 'clock', is: 'equal', difference: null },
  ]);
  await there.idle();
  const { bank, shop } = processesOf(first);
  expect(await logOf(there, shop)).toEqual(['', 'Eval', 'Open']);
  expect(await logOf(there, bank)).toEqual(['', 'Eval', 'Pay']);

  // Nothing is changed: nothing is signed.
  const again = await deploy([...args, '--yes']);
  expect(again.code).toBe(0);
  expect(again.lines.map(({ kind }) => kind)).toEqual(['plan']);

  // New code goes into the process that is there, and keeps what it knows.
  write('bank.lua', BANK.replace('"has "', '"holds "'));
  const changed = await deploy([...args, '--yes']);
  expect(changed.lines.find(({ kind }) => kind === 'deployed')).toMatchObject({
    processes: [
      { name: 'shop', did: 'kept' },
      { name: 'bank', did: 'evaluated', process: bank, error: null },
      { name: 'clock', did: 'kept' },
    ],
  });
  expect(changed.lines.find(({ kind }) => kind === 'plan')?.['plan']).toMatchObject({
    steps: [{ name: 'bank', does: 'evaluate', change: { out: 1, in: 1 } }, { change: null }, { change: null }],
  });
  expect(receipts(root).running['bank']?.process).toBe(bank);
  expect(await spawnsIn(there)).toBe(3);
  expect(await monitorsIn(there)).toHaveLength(1);
}, 120_000);

test('a key of Ethereum that is kept under a passphrase deploys by its name', async () => {
  const { there, network } = await elsewhere();
  const { args } = project(network);
  const home = args[args.indexOf('--data') + 1] ?? '';
  const withWallet = args.map((one) => (one.endsWith('wallet.json') ? 'savings' : one));
  vi.stubEnv('AOSCOPE_PASSPHRASE', 'seven grey herons');
  onTestFinished(() => void vi.unstubAllEnvs());
  const made = await told(() => runWallet(['new', 'savings', '--ethereum', '--data', home, '--json']));
  expect(made).toMatchObject({ code: 0, errors: '', lines: [{ name: 'savings', kind: 'Ethereum' }] });
  const { address } = made.lines[0] ?? {};

  vi.stubEnv('AOSCOPE_PASSPHRASE', 'seven grey geese');
  expect(await deploy([...withWallet, '--dry-run'])).toMatchObject({ code: 1, errors: expect.stringContaining('does not open') as string });
  vi.stubEnv('AOSCOPE_PASSPHRASE', 'seven grey herons');
  const deployed = await deploy([...withWallet, '--yes', '--skip-tests']);
  expect(deployed).toMatchObject({ code: 0, errors: '' });
  const { bank } = processesOf(deployed);
  if (bank === undefined) throw new Error('it was not deployed');
  const { entries } = await there.node.ask('su.log', { process: bank, from: toSlot(0), limit: 100 });
  expect(entries.slice(0, 2).map(({ message }) => message?.address)).toEqual([address, address]);
}, 120_000);

test('an answer that is lost, and a network that goes away then, spawn nothing twice and start nothing twice', async () => {
  const { there, network, wire } = await elsewhere();
  const { root, args } = project(network);
  // Each round sends again what was cut off, and one more: three spawns, what two are told, the watch over a cron, a start.
  const cut: unknown[] = [];
  for (let round = 0; round < 12; round++) {
    wire.cutAfter = wire.posts + (round === 0 ? 1 : 2);
    const { code, errors } = await deploy([...args, '--yes', '--skip-tests']);
    wire.cutAfter = null;
    if (code === 0) break;
    expect(errors).toContain('does not answer');
    cut.push(receipts(root).sending);
  }
  expect(new Set(cut.map((sending) => JSON.stringify(sending))).size).toBeGreaterThan(3);
  const last = await deploy([...args, '--yes', '--skip-tests']);
  expect(last).toMatchObject({ code: 0, errors: '' });
  await there.idle();
  const { bank, shop } = processesOf(last);
  expect(await spawnsIn(there)).toBe(3);
  expect(await monitorsIn(there)).toHaveLength(1);
  expect((await logOf(there, shop)).filter((action) => action === 'Open')).toHaveLength(1);
  expect((await logOf(there, bank)).filter((action) => action === 'Pay')).toHaveLength(1);
  expect(receipts(root).sending).toBeNull();
}, 180_000);

test('a spawn whose answer was lost is sent again by the next run, which goes on to all that the plan says of it', async () => {
  const { there, network, wire } = await elsewhere();
  const { root, args } = project(network);
  // The bank is spawned, then the shop, of which nobody hears.
  wire.cutAfter = wire.posts + 2;
  expect((await deploy([...args, '--yes', '--skip-tests'])).code).toBe(1);
  expect(receipts(root).sending).toMatchObject({ name: 'shop' });
  wire.cutAfter = null;
  const last = await deploy([...args, '--yes', '--skip-tests']);
  expect(last).toMatchObject({ code: 0, errors: '' });
  await there.idle();
  expect(await spawnsIn(there)).toBe(3);
  expect(await logOf(there, processesOf(last)['shop'])).toEqual(['', 'Eval', 'Open']);
}, 120_000);

test('a program that is compiled is uploaded and spawned, at a price that nobody knows before', async () => {
  const { there, network } = await elsewhere();
  const { root, args } = project(network);
  cpSync(resolve(import.meta.dirname, '../../node/templates/assemblyscript'), root, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, 'aoscope.json'), 'utf8')) as object;
  writeFileSync(join(root, 'aoscope.json'), JSON.stringify({ ...manifest, networks: { there: network } }));
  const told = await deploy([...args, '--yes', '--skip-tests']);
  expect(told).toMatchObject({ code: 0, errors: '' });
  expect(told.lines.find(({ kind }) => kind === 'plan')?.['plan']).toMatchObject({ uploads: [{ bytes: 0, sha256: null, price: null }] });
  expect(await spawnsIn(there)).toBe(1);
}, 120_000);

test('a module whose upload was cut off is sent again as the same item, though a key of Arweave never signs twice alike', async () => {
  const { there, network } = await elsewhere();
  const sent: string[] = [];
  let isCut = true;
  const server = createServer((asked, reply) => {
    const parts: Buffer[] = [];
    asked.on('data', (part: Buffer) => parts.push(part));
    asked.on('end', () => {
      const body = Buffer.concat(parts);
      if (asked.method === 'POST') sent.push(createHash('sha256').update(body).digest('hex'));
      if (isCut) return void asked.socket.destroy();
      const onward = httpRequest(`${network.gateway}${asked.url}`, { method: asked.method, headers: asked.headers }, (answer) => {
        reply.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(reply);
      });
      onward.end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  const upload = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { root, args } = project({ ...network, upload });
  expect((await deploy([...args, '--yes', '--skip-tests'])).code).toBe(1);
  const atFirst = sent.length;
  expect(atFirst).toBeGreaterThan(0);
  expect(await spawnsIn(there)).toBe(0);
  isCut = false;
  expect(await deploy([...args, '--yes', '--skip-tests'])).toMatchObject({ code: 0, errors: '' });
  expect(sent.length).toBeGreaterThan(atFirst);
  expect(new Set(sent).size).toBe(1);
  expect(receipts(root)).toMatchObject({ signed: {} });
}, 120_000);

test('what fails in the rehearsal is not deployed, what belongs to another wallet is left, and broken receipts are not made up for', async () => {
  const { there, network } = await elsewhere();
  const one = project(network);
  one.write('shop.lua', 'error("closed")');
  const broken = await deploy([...one.args, '--yes']);
  expect(broken).toMatchObject({ code: 1, errors: expect.stringContaining('The rehearsal failed: shop') as string });
  expect(await spawnsIn(there)).toBe(0);

  one.write('shop.lua', SHOP);
  const unasked = await deploy(one.args);
  expect(unasked).toMatchObject({ code: 1, errors: expect.stringContaining('nobody here can be asked') as string });
  expect((await deploy([...one.args, '--yes'])).code).toBe(0);
  const other = project(network);
  const theirs = other.args.map((arg) => (arg === other.root ? one.root : arg));
  one.write('bank.lua', `${BANK}\nprint("more")`);
  expect(await deploy([...theirs, '--yes'])).toMatchObject({ code: 1, errors: expect.stringContaining('belong to') as string });

  const kept = readFileSync(join(one.root, 'aoscope.deployments.json'), 'utf8');
  one.write('aoscope.deployments.json', '{"version":1');
  expect(await deploy([...one.args, '--yes'])).toMatchObject({ code: 1, errors: expect.stringContaining('cannot be read') as string });
  expect(readFileSync(join(one.root, 'aoscope.deployments.json'), 'utf8')).toBe('{"version":1');
  expect(await spawnsIn(there)).toBe(3);

  // A scheduler that does not know what was deployed is behind, or another one: nothing is spawned again for it.
  const { network: another } = await elsewhere();
  const moved = (su: string): void => one.write('aoscope.json', JSON.stringify({ ...MANIFEST, networks: { there: { ...network, su } } }));
  one.write('aoscope.deployments.json', kept);
  moved(another.su);
  expect(await deploy([...one.args, '--yes'])).toMatchObject({
    code: 1,
    errors: expect.stringContaining('is known to the scheduler at') as string,
  });
  one.write('aoscope.deployments.json', kept.replaceAll(network.su, another.su));
  expect(await deploy([...one.args, '--yes'])).toMatchObject({
    code: 1,
    errors: expect.stringContaining('does not know that process') as string,
  });
}, 120_000);
