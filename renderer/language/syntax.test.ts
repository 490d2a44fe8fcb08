import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { realParser, sampleText } from './language.fixture.ts';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

test('texts are read one after the other, also when what the parser left behind is thrown away in between', async () => {
  const parse = await realParser;
  const text = sampleText('token/token.lua');
  for (let turn = 0; turn < 300; turn += 1) {
    expect(parse(text.slice(0, 200 + turn * 7)).root.children.length).toBeGreaterThan(0);
    if (turn % 5 > 0) continue;
    if (typeof collect === 'function') collect();
    // What ends with an object runs in a turn of its own.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
});
