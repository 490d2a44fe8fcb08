import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import { GATEWAY_SCHEMA } from '../../node/gateway/shelf.ts';
import { buildItem } from '../../node/item/build.ts';
import { BUNDLE_TAGS, writeBundle } from '../../node/item/bundle.ts';
import { createWallet, loadOrCreateWallet } from '../../node/item/wallet.ts';
import { openDatabase } from '../../node/store/database.ts';
import { SU_SCHEMA } from '../../node/su/schedule.ts';
import { startNode } from '../kit/node.ts';

it('where a bundle is missing in the middle nothing after it is taken, the slot is named, and what a stranger put there is no help', async () => {
  const made = await startNode();
  const process = await made.spawn('Count = 0; Handlers.add("add", "Add", function() Count = Count + 1 end)');
  for (let slot = 1; slot <= 4; slot++) await made.send(process, 'Add');
  const { entries } = await made.node.ask('su.log', { process, from: toSlot(0), limit: 10 });
  const [lost, after] = [entries[2], entries[3]];
  const [tag] = BUNDLE_TAGS;
  if (lost === undefined || after === undefined || tag === undefined) throw new Error('the log is short');
  const database = openDatabase(join(made.dataDir, 'su.db'), SU_SCHEMA, 'normal');
  const waiting = 'SELECT count(*) AS count FROM log WHERE seq > (SELECT seq FROM uploaded)';
  await expect.poll(() => database.get(waiting), { timeout: 30_000 }).toMatchObject({ count: 0 });
  database.close();
  // A stranger signs the slot, and hands it over; a second time in a bundle that is the scheduler's own.
  const stranger = createWallet();
  const forged = buildItem(stranger, { target: process, tags: lost.assignment.tags, data: '' });
  const data = writeBundle([{ id: forged.id, bytes: forged.bytes }]);
  for (const signer of [stranger, await loadOrCreateWallet(join(made.dataDir, 'su.json'))])
    await made.node.ask('gateway.upload', { item: buildItem(signer, { tags: BUNDLE_TAGS, data }).raw });
  await made.stopUnits();
  const gateway = openDatabase(join(made.dataDir, 'gateway.db'), GATEWAY_SCHEMA, 'normal');
  const inside = gateway.get(`SELECT bundled_in FROM items WHERE id = '${lost.assignment.id}'`);
  gateway.run(`DELETE FROM items WHERE id = '${String(inside?.['bundled_in'])}'`);
  gateway.close();
  for (const unit of ['su', 'cu']) for (const end of ['', '-wal', '-shm']) rmSync(join(made.dataDir, `${unit}.db${end}`), { force: true });

  await made.startUnits();
  expect(await made.node.ask('su.rebuild', {})).toMatchObject({
    gaps: [{ process, slot: 2, reason: expect.stringContaining('1 bundles cannot be read') as string }],
  });
  expect(await made.facts('su')).toContainEqual(expect.objectContaining({ kind: 'su.gap', process, slot: 2, code: 'LOG_GAP' }));
  expect((await made.node.ask('su.process', { process })).slotLatest).toBe(1);
  expect(await made.evaluate(process, 'return Count')).toBe('1');
});
