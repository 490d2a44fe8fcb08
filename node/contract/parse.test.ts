import { expect, test } from 'vitest';
import { parseWindowAsk } from './parse.ts';

test.each(['../../x.c', '/etc/x.c', 'C:/x.c', 'a\\..\\..\\x.c', 'a//x.c', './x.c', ''])(
  'a window has no file outside of the project compiled: %s',
  (path) => {
    const refused = expect.objectContaining({ code: 'ARGUMENTS_INVALID' }) as Error;
    expect(() => parseWindowAsk('modules.check', { file: path, texts: [] })).toThrow(refused);
    expect(() => parseWindowAsk('modules.check', { file: 'x.c', texts: [{ path, text: '' }] })).toThrow(refused);
    const inside = { file: 'src/x.ts', texts: [{ path: '--config=x.ts', text: '' }] };
    expect(parseWindowAsk('modules.check', inside).args).toEqual(inside);
  },
);

test.each(['no address', '0x12', 'a'.repeat(42), `0x${'g'.repeat(40)}`])('what is no address is refused in words: %s', (address) => {
  expect(() => parseWindowAsk('addresses.put', { address, name: 'alice' })).toThrow(/an address has 43 characters, or 0x and 40 digits/);
});

test.each(['a'.repeat(43), `0x${'aB'.repeat(20)}`])('an address is taken: %s', (address) => {
  expect(parseWindowAsk('addresses.put', { address, name: ' alice ' }).args).toEqual({ address, name: 'alice' });
});
