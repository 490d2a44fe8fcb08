import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { numbersFromText, numbersToText } from './number-text.ts';
import { packFacts } from './packed-facts.ts';
import { factsOf, readPacked } from './read-packed.ts';

/** What facts are made of, with few names and texts so that many have the same fields and few have all the same. */
const name = fc.constantFrom('kind', 'id', 'sketch', 'cause', 'atMs');
const plain = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
const text = fc.constantFrom('', 'mu.pushed', 'a"b\n', 'ü', '\u0080', 'a\u0080b', '😀');
const value = fc.oneof(plain, text, fc.array(fc.oneof(text, fc.integer())));
const inner = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value)));
const facts = fc.array(fc.dictionary(name, fc.oneof(value, inner)), { maxLength: 30 });

it('gives back every fact as it was, in order, whatever their fields and texts are', () => {
  fc.assert(
    fc.property(facts, (some) => {
      const told = JSON.parse(JSON.stringify(some)) as unknown[];
      const page = readPacked(packFacts(told, 7));
      expect(page.to).toBe(7);
      expect(factsOf(page)).toEqual(told);
    }),
  );
});

it('says a text once, and what is the same in all of a kind once', () => {
  const id = 'I'.repeat(43);
  const many = Array.from({ length: 1_000 }, (_, seq) => ({ kind: 'mu.pulled', process: id, seq }));
  const packed = packFacts([...many, { kind: 'mu.pulled', process: 'P', seq: 1_000 }], 1_001);
  expect(packed.split(id)).toHaveLength(2);
  expect(packed.length).toBeLessThan(JSON.stringify(many).length / 10);
});

it('writes whole numbers of any size', () => {
  const whole = fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 1 }));
  fc.assert(
    fc.property(fc.array(whole), (numbers) => {
      expect([...numbersFromText(numbersToText(numbers), numbers.length)]).toEqual(numbers);
    }),
  );
});

it('leaves out what no window shows, and keeps times exactly', () => {
  const at = (seq: number): number => 1_795_737_390_169.751_2 + seq / 3;
  const facts = Array.from({ length: 50 }, (_, seq) => ({ kind: 'cu.evaluated', slot: seq, hash: `h${seq}`, atMs: at(seq) }));
  const shown = factsOf(readPacked(packFacts(facts, 50)));
  expect(shown).toEqual(facts.map(({ kind, slot, atMs }) => ({ kind, slot, atMs })));
});
