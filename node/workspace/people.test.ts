import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPeople } from './people.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'aoscope-people-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return join(made, 'people');
}

test('whoever is made stays, has a key of their own, and is known by name', async () => {
  const at = folder();
  const people = createPeople(at);
  expect(await people.list()).toEqual([]);
  const bob = await people.create('bob');
  const alice = await people.create('alice');
  expect(alice.address).not.toBe(bob.address);
  expect(await createPeople(at).list()).toEqual([alice, bob]);
  expect((await people.wallet('bob')).address).toBe(bob.address);
  expect(statSync(join(at, 'bob.json')).mode & 0o777).toBe(0o600);
});

test('a name is given once, and nobody is made by asking for them', async () => {
  const people = createPeople(folder());
  await people.create('bob');
  await expect(people.create('bob')).rejects.toMatchObject({ code: 'WALLET_TAKEN' });
  await expect(people.create('dev')).rejects.toMatchObject({ code: 'WALLET_TAKEN' });
  await expect(people.wallet('carol')).rejects.toMatchObject({ code: 'WALLET_UNKNOWN' });
  expect(await people.list()).toHaveLength(1);
});
