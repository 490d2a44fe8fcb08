import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Envelope } from '../contract/envelope.ts';
import { createParcels, openParcel } from './parcels.ts';

const told = (value: unknown): Envelope => ({ kind: 'answer', id: 1, value });

test('what is posted in one turn arrives in order and at once, as it was when it was posted', async () => {
  const sent: Envelope[][] = [];
  const parcels = createParcels((parcel) => sent.push(openParcel(parcel)));
  const changing = { state: 'before' };
  parcels.post(told(changing));
  changing.state = 'after';
  parcels.post(told(new Map([['bytes', new Uint8Array([1, 2])]])));
  expect(sent).toEqual([]);
  await turn();
  expect(sent).toEqual([[told({ state: 'before' }), told(new Map([['bytes', new Uint8Array([1, 2])]]))]]);
  parcels.post(told('later'));
  await turn();
  expect(sent[1]).toEqual([told('later')]);
});

test('what cannot cross a process is refused where it is posted, and keeps nothing else back', async () => {
  const sent: Envelope[][] = [];
  const parcels = createParcels((parcel) => sent.push(openParcel(parcel)));
  parcels.post(told('first'));
  expect(() => parcels.post(told(() => 'a function'))).toThrow('could not be cloned');
  parcels.post(told('second'));
  await turn();
  expect(sent).toEqual([[told('first'), told('second')]]);
});
