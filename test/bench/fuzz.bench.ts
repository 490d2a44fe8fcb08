import { fuzzParsers, fuzzRoutes } from '../kit/fuzz/fuzz.ts';

/** `AOSCOPE_SEED` gives the same inputs again; `AOSCOPE_INPUTS` says how many, a tenth of them over HTTP. */
const seed = Number(process.env['AOSCOPE_SEED'] ?? Date.now() % 1_000_000);
const inputs = Number(process.env['AOSCOPE_INPUTS'] ?? 120_000);

console.log(`seed ${seed}, ${inputs} inputs (AOSCOPE_SEED=${seed} npm run bench -- fuzz)`);
const found = [...(await fuzzParsers(inputs * 0.9, seed)), await fuzzRoutes(inputs * 0.1, seed)];
for (const { name, inputs: count, ms, fault } of found) {
  console.log(`fuzz ${name} | ${count} inputs | ${Math.round(ms)} ms, ${fault === null ? 'no fault' : 'FAULT'}`);
  if (fault !== null) console.log(fault);
}
process.exitCode = found.every(({ fault }) => fault === null) ? 0 : 1;
