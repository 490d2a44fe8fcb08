import { expect, it } from 'vitest';
import { fuzzParsers, fuzzRoutes } from '../kit/fuzz/fuzz.ts';

/** More of them: `npm run bench -- fuzz`. */
const INPUTS = 3_000;
const REQUESTS = 600;
const seed = Date.now() % 1_000_000;

it('whatever strangers give to a parser is refused with a code or understood, and no changed item is taken', async () => {
  const found = await fuzzParsers(INPUTS, seed);
  expect(found.flatMap(({ fault }) => fault ?? [])).toEqual([]);
}, 120_000);

it('whatever is asked of a public route gets an answer that a client can use, and the node goes on', async () => {
  expect(await fuzzRoutes(REQUESTS, seed)).toMatchObject({ fault: null });
}, 120_000);
