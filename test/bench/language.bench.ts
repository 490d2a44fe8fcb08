import { realLanguage, sampleText } from '../../renderer/language/language.fixture.ts';
import { row } from './kit.ts';

/** What the worker takes for an answer, without the way there and back. */
const FILES = 50;
const ROUNDS = 60;
const COMPLETION_AIM_MS = 50;
const CHECK_AIM_MS = 150;

const token = sampleText('token/token.lua');
const tokenLines = token.split('\n').length;
/** So many lines of a real program, again and again, each time with locals of its own. */
const linesOf = (count: number): string => Array.from({ length: Math.ceil(count / tokenLines) }, () => `do\n${token}\nend`).join('\n');

const language = await realLanguage();
for (let file = 0; file < FILES; file++)
  language.put(`m${file}.lua`, `local M = {}\n${linesOf(150)}\nfunction M.f${file}(a) return a end\nreturn M\n`);
const requires = Array.from({ length: FILES }, (_, file) => `local m${file} = require("m${file}")`).join('\n');

/** The 95th of 100 times. `text` makes another text each round, since one that is known costs nothing. */
function slowest(text: (round: number) => string, answer: (text: string) => number): number {
  const times = Array.from({ length: ROUNDS }, (_, round) => {
    const now = text(round);
    const start = performance.now();
    if (answer(now) === 0) throw new Error('nothing was answered');
    return performance.now() - start;
  }).toSorted((one, other) => one - other);
  return times[Math.floor(ROUNDS * 0.95)] ?? 0;
}

function tell(what: string, ms: number, aimMs: number): void {
  row(what, `${ms.toFixed(1)} ms p95`, `${(ms / aimMs).toFixed(2)} of ${aimMs} ms`);
}

const long = `${requires}\n${linesOf(5_000)}`;
const complete = (text: string): number => {
  language.put('long.lua', text);
  return language.complete('long.lua', text, text.length).length;
};
language.put('long.lua', long);
language.check('long.lua');
tell(
  `members of a required file, ${FILES} files, 5,000 lines`,
  slowest((round) => `${long}\nlocal x${round} = 1\nm1.`, complete),
  COMPLETION_AIM_MS,
);
tell(
  `names in sight, ${FILES} files, 5,000 lines`,
  slowest((round) => `${long}\nlocal x${round} = 1\nprint(to`, complete),
  COMPLETION_AIM_MS,
);

const middle = `${requires}\n${linesOf(1_000)}`;
const check = (text: string): number => {
  language.put('middle.lua', text);
  return language.check('middle.lua').length;
};
tell(
  'all lints of 1,000 lines',
  slowest((round) => `${middle}\nprint(nobody${round})\n`, check),
  CHECK_AIM_MS,
);
tell(
  'all errors of 1,000 lines',
  slowest((round) => `${middle}\nlocal x${round} = = 1\n`, check),
  CHECK_AIM_MS,
);
