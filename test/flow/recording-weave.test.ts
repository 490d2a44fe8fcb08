import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { startHeadless } from '../../node/cli/headless.ts';
import { toItemId, toProcessId, toSlot } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { TERMINAL_MODULE } from '../../node/contract/network.ts';
import { arweaveAt, signedTransaction } from '../../node/gateway/arweave.fixture.ts';
import { buildItem } from '../../node/item/build.ts';
import { exportRecording } from '../../node/workspace/recording/export.ts';
import { compareRecording } from '../../node/workspace/recording/fill.ts';
import { startNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const OUT = resolve(import.meta.dirname, '../../out');
const READ = (path: string): string => `local f = io.open("${path}") Said = f:read(f:seek("end")) f:close() return Said`;
const tagsOf = (tags: Readonly<Record<string, string>>): Tag[] => Object.entries(tags).map(([name, value]) => ({ name, value }));

it.skipIf(modules === undefined)(
  'a process that reads the weave, and was assigned a transaction, opens where no gateway has what it read',
  { timeout: 240_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aoscope-weave-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const on = await startNode({ http: true });
    await on.node.ask('gateway.known', { data: readFileSync(modules?.['aos-2.0.6'].path ?? '').toString('base64url') });
    const { gateway } = on.node.urls;
    const arweave = arweaveAt(gateway ?? '');
    const key = await arweave.wallets.generate();
    await fetch(`${gateway ?? ''}/mint/${await arweave.wallets.jwkToAddress(key)}/1000000000000`);
    const transaction = await signedTransaction(arweave, key, Buffer.from('words of the base layer'), { Action: 'Posted' });
    expect((await arweave.transactions.post(transaction)).status).toBe(200);
    const upload = async (tags: Readonly<Record<string, string>>, data: string): Promise<string> =>
      (await on.node.ask('gateway.upload', { item: buildItem(on.wallet, { tags: tagsOf(tags), data }).raw })).id;
    const words = await upload({}, 'words of the weave');
    await upload({ 'Data-Protocol': 'ao', Type: 'Attestation', Message: words }, '');
    const { su, mu } = on.node.opened;
    const spawn = {
      'Data-Protocol': 'ao',
      Variant: 'ao.TN.1',
      Type: 'Process',
      Module: TERMINAL_MODULE,
      Scheduler: su.address ?? '',
      Authority: mu.address ?? '',
      Extension: 'WeaveDrive',
      Attestor: on.wallet.address,
      'Settlement-Depth': '0',
    };
    const process = toProcessId((await on.node.ask('mu.send', { item: buildItem(on.wallet, { tags: tagsOf(spawn), data: '' }).raw })).id);
    expect(await on.evaluate(process, READ(`/data/${words}`))).toContain('words of the weave');
    await on.evaluate(process, READ(`/tx/${transaction.id}`));
    await expect(on.evaluate(process, READ(`/data/${'N'.repeat(43)}`))).rejects.toThrow('HALT');
    const assigned = { process, message: toItemId(transaction.id), baseLayer: true, exclude: [] };
    await on.node.ask('mu.assign', assigned);
    const { slotLatest } = await on.node.ask('su.process', { process });
    const before = await on.node.ask('cu.stateHash', { process, slot: slotLatest });

    const file = join(folder, 'weave.recording');
    const wish = { file, processes: [process], note: '', app: 'test', lua: null };
    await exportRecording(on.node.ask, wish);
    const app = await startHeadless(OUT, join(folder, 'home'), null, file);
    onTestFinished(() => app.stop());
    await app.ready;
    const { ask } = app.hub;
    await expect(ask('gateway.item', { id: toItemId(words) })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
    expect(await compareRecording(ask, file)).toMatchObject([{ process, outcomes: slotLatest + 1, firstDifference: null }]);
    expect((await ask('cu.stateHash', { process, slot: slotLatest })).hash).toBe(before.hash);
    expect(await ask('cu.verify', { process })).toMatchObject({ difference: null });
    const said = await ask('cu.expression', { process, slot: toSlot(1), tick: null, step: null, frame: 0, expression: 'Said' });
    expect(said.preview).toContain('words of the weave');
  },
);
