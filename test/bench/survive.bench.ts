import { survive } from '../kit/survive/survive.ts';

/** `AOSCOPE_SEED` plans the same kills again; `AOSCOPE_ROUNDS` says how many. */
const seed = Number(process.env['AOSCOPE_SEED'] ?? Date.now() % 1_000_000);
const rounds = Number(process.env['AOSCOPE_ROUNDS'] ?? 25);

console.log(`seed ${seed}, ${rounds} rounds (AOSCOPE_SEED=${seed} npm run bench -- survive)`);
const { kills, acknowledged, slots, faults } = await survive({ seed, rounds, say: (line) => console.log(line) });
for (const fault of faults) console.log(fault);
console.log(`kill -9 under load, seed ${seed} | ${kills} kills | ${acknowledged} acknowledged, ${slots} slots, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
