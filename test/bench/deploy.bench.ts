import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { startApp, type RunningApp } from '../../node/app/start-app.ts';
import { openHere } from '../../node/cli/headless.ts';
import type { HomeState } from '../../node/contract/home.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { createChildStarter } from '../../node/host/child-starter.ts';
import { builtParts } from '../../node/serve/built.ts';
import { profileOf } from '../../node/workspace/deploy/place.ts';
import { bringHome } from '../../node/workspace/recording/home.ts';
import { nodeIn } from '../kit/node.ts';

/**
 * Plan and rehearsal of the sample of three processes (aim: 3 s together); and bringing a long-lived process home: until its first slot can be
 * traced (aim: 2 s), until all is fetched, written and evaluated. AOSCOPE_SLOTS: how long its log is.
 */
const SLOTS = Number(env['AOSCOPE_SLOTS'] ?? 10_000);
const OUT = resolve(import.meta.dirname, '../../out');
const { version, assetsDir, programOf } = builtParts(OUT);
const home = mkdtempSync(join(tmpdir(), 'aoscope-bench-deploy-'));
const never = new AbortController().signal;
const ms = (since: number): number => Math.round(performance.now() - since);

const appOn = (project: string, userDir = join(home, 'user')): Promise<RunningApp> =>
  startApp({
    shell: 'served',
    version,
    starter: createChildStarter({ programOf, output: () => undefined }),
    paths: { assetsDir, userDir },
    firstPort: null,
    project,
    chooseFolder: null,
  });

/** The node of somebody else: its long log is written in this process, where that is fast; then it runs in processes of its own, as it would elsewhere. */
const farProject = join(home, 'there');
const farUser = join(home, 'far');
async function farLog(): Promise<ProcessId> {
  const writing = await nodeIn(join(farProject, '.aoscope'), { walletDir: join(farUser, 'wallets') });
  try {
    const process = await writing.spawn('Count = 0 Handlers.add("Add", "Add", function() Count = Count + 1 end)');
    for (let slot = 1; slot < SLOTS; slot++) await writing.send(process, 'Add');
    await writing.idle();
    await writing.result(process, SLOTS - 1);
    return process;
  } finally {
    await writing.stop();
  }
}

const process = await farLog();
const there = await appOn(farProject, farUser);
try {
  await there.ready;
  const { units, authority } = there.status();
  const urlOf = (unit: UnitName): string => {
    const url = units.find((one) => one.unit === unit)?.url ?? null;
    if (url === null) throw new Error(`the ${unit} has no address`);
    return url;
  };
  const gateway = urlOf('gateway');
  const network = { kind: 'units', gateway, su: urlOf('su'), cu: urlOf('cu'), mu: urlOf('mu'), authority: authority ?? '' } as const;
  const project = join(home, 'token');
  cpSync(resolve(import.meta.dirname, '../../node/samples/token'), project, { recursive: true });
  writeFileSync(
    join(project, 'aoscope.json'),
    JSON.stringify({
      version: 1,
      name: 'Token',
      processes: [
        { name: 'token', source: 'token.lua', start: { action: 'Mint', tags: { Recipient: 'alice', Quantity: '1000' } } },
        { name: 'alice', source: 'holder.lua', start: { action: 'Pay', tags: { Recipient: 'bob', Quantity: '250' } } },
        { name: 'bob', source: 'holder.lua' },
      ],
      networks: { there: network },
    }),
  );
  const app = await appOn(project);
  try {
    await app.ready;
    await app.hub.ask('keys.make', { name: 'bench', kind: 'ethereum', passphrase: 'seven grey herons' });
    const wish = { network: 'there', wallet: 'bench', how: 'evaluate' } as const;
    for (let round = 0; round < 3; round++) {
      const atPlan = performance.now();
      const { key } = await app.hub.ask('deploy.plan', wish);
      const planMs = ms(atPlan);
      const atRehearsal = performance.now();
      const { processes } = await app.hub.ask('deploy.rehearse', { ...wish, plan: key, withTests: false });
      const rehearsalMs = ms(atRehearsal);
      const atTests = performance.now();
      await app.hub.ask('deploy.rehearse', { ...wish, plan: key, withTests: true });
      console.log(
        JSON.stringify({ what: 'plan and rehearsal', processes: processes.length, planMs, rehearsalMs, withTestsMs: ms(atTests) }),
      );
    }
  } finally {
    await app.stop();
  }

  const looking = await appOn(project);
  try {
    await looking.ready;
    const at = performance.now();
    await looking.hub.ask('deploy.home', { network: 'there', process });
    const openedMs = ms(at);
    await looking.hub.ask('cu.trace', { process, slot: toSlot(1), tick: null });
    const firstUsableMs = ms(at);
    const here = async (): Promise<HomeState | null> => (await looking.hub.ask('home.state', {})).home;
    let [now, fetchedMs] = [await here(), 0];
    while (now?.does === 'fetching' || now?.does === 'waiting') {
      if (fetchedMs === 0 && now.here >= now.of) fetchedMs = ms(at);
      await pause(50);
      now = await here();
    }
    const wholeMs = ms(at);
    await looking.hub.ask('cu.result', { process, slot: toSlot(SLOTS - 1) });
    const { does, trouble } = now ?? {};
    console.log(
      JSON.stringify({
        ...{ what: 'home', slots: now?.here, does, trouble: trouble?.message ?? null },
        ...{ openedMs, firstUsableMs, aimMs: 2_000, fetchedMs, wholeMs, evaluatedMs: ms(at) },
      }),
    );
  } finally {
    await looking.stop();
  }
  const node = await openHere(OUT, { network: profileOf(network) });
  try {
    const file = join(home, 'far.aoscope');
    const at = performance.now();
    const { slots } = await bringHome(
      node.ask,
      { process, network: 'there', gateway, file, app: version },
      { tell: () => undefined, signal: never },
    );
    console.log(JSON.stringify({ what: 'aoscope home', slots, fileMs: ms(at) }));
  } finally {
    await node.close();
  }
} finally {
  await there.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
