import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startApp } from '../../node/app/start-app.ts';
import { openHere } from '../../node/cli/headless.ts';
import { toSlot } from '../../node/contract/ids.ts';
import { createChildStarter } from '../../node/host/child-starter.ts';
import { builtParts } from '../../node/serve/built.ts';
import { profileOf } from '../../node/workspace/deploy/place.ts';
import { bringHome } from '../../node/workspace/recording/home.ts';
import { nodeIn } from '../kit/node.ts';

/** Plan and rehearsal of the sample of three processes; and bringing a long-lived process home. AOSCOPE_SLOTS: how long its log is. */
const SLOTS = Number(process.env['AOSCOPE_SLOTS'] ?? 10_000);
const OUT = resolve(import.meta.dirname, '../../out');
const { version, assetsDir, programOf } = builtParts(OUT);
const home = mkdtempSync(join(tmpdir(), 'aoscope-bench-deploy-'));
const never = new AbortController().signal;
const ms = (since: number): number => Math.round(performance.now() - since);

const there = await nodeIn(join(home, 'there'), { http: true });
try {
  const { gateway, su, cu, mu } = there.node.urls;
  if (gateway === null || su === null || cu === null || mu === null) throw new Error('a unit has no address');
  const network = { kind: 'units', gateway, su, cu, mu, authority: there.node.opened.mu.address ?? '' } as const;
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
  const app = await startApp({
    shell: 'served',
    version,
    starter: createChildStarter({ programOf, output: () => undefined }),
    paths: { assetsDir, userDir: join(home, 'user') },
    firstPort: null,
    project,
    chooseFolder: null,
  });
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

  const process = await there.spawn('Count = 0 Handlers.add("Add", "Add", function() Count = Count + 1 end)');
  for (let slot = 1; slot < SLOTS; slot++) await there.send(process, 'Add');
  await there.idle();
  await there.result(process, SLOTS - 1);
  const node = await openHere(OUT, { network: profileOf(network) });
  try {
    const file = join(home, 'far.aoscope');
    const at = performance.now();
    let firstPageMs = 0;
    const tell = ({ done }: { readonly done: number }): void => {
      if (firstPageMs === 0 && done > 0) firstPageMs = ms(at);
    };
    const { slots } = await bringHome(node.ask, { process, network: 'there', gateway, file, app: version }, { tell, signal: never });
    const broughtMs = ms(at);
    const opening = performance.now();
    const user = join(home, 'looking');
    const looking = await startApp({
      shell: 'served',
      version,
      starter: createChildStarter({ programOf, output: () => undefined }),
      paths: { assetsDir, userDir: user },
      firstPort: null,
      project: file,
      chooseFolder: null,
    });
    try {
      await looking.ready;
      const openedMs = ms(opening);
      const first = performance.now();
      await looking.hub.ask('cu.result', { process, slot: toSlot(0) });
      console.log(JSON.stringify({ what: 'home', slots, firstPageMs, broughtMs, openedMs, firstSlotMs: ms(first), firstUsableMs: ms(at) }));
    } finally {
      await looking.stop();
    }
  } finally {
    await node.close();
  }
} finally {
  await there.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
