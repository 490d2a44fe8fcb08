import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { packFacts, unpackFacts } from './packed-facts.ts';

/** What facts are made of, with few names and texts so that many have the same fields and few have all the same. */
const name = fc.constantFrom('kind', 'id', 'sketch', 'cause', 'atMs');
const plain = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
const text = fc.constantFrom('', 'mu.pushed', 'a"b\n', 'ü');
const value = fc.oneof(plain, text, fc.array(fc.oneof(text, fc.integer())));
const inner = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value)));
const facts = fc.array(fc.dictionary(name, fc.oneof(value, inner)), { maxLength: 30 });

it('gives back every fact as it was, in order, also when the columns went over a socket', () => {
  fc.assert(
    fc.property(facts, (some) => {
      const told = JSON.parse(JSON.stringify(some)) as unknown[];
      const packed = packFacts(told, 7);
      expect(unpackFacts(packed)).toEqual(told);
      expect(unpackFacts(JSON.parse(JSON.stringify(packed)) as typeof packed)).toEqual(told);
    }),
  );
});

it('says a text once, and what is the same in all of a kind once', () => {
  const id = 'I'.repeat(43);
  const many = Array.from({ length: 1_000 }, (_, seq) => ({ kind: 'mu.pulled', process: id, seq }));
  const packed = packFacts(many, 1_000);
  expect(packed.texts).toEqual([]);
  expect(packFacts([...many, { kind: 'mu.pulled', process: 'P', seq: 1_000 }], 1_001).texts).toEqual([id, 'P']);
  expect(JSON.stringify(packed).length).toBeLessThan(JSON.stringify(many).length / 5);
});

it('leaves out what no window shows, and keeps times exactly', () => {
  const at = (seq: number): number => 1_795_737_390_169.751_2 + seq / 3;
  const facts = Array.from({ length: 50 }, (_, seq) => ({ kind: 'cu.evaluated', slot: seq, hash: `h${seq}`, atMs: at(seq) }));
  const shown = unpackFacts(JSON.parse(JSON.stringify(packFacts(facts, 50))) as ReturnType<typeof packFacts>);
  expect(shown).toEqual(facts.map(({ kind, slot, atMs }) => ({ kind, slot, atMs })));
});
