import { describe, expect, test } from 'vitest';
import { lineInText, marked, placeInFiles } from './source-map.ts';

describe('a line of a text that was evaluated', () => {
  test('is the same line of the file it came from', () => {
    expect(placeInFiles('a = 1\nb = 2', 2, 'app.lua')).toEqual({ file: 'app.lua', line: 2 });
    expect(placeInFiles('a = 1', 1, null)).toBeNull();
  });

  test('is found in the file that a mark names', () => {
    const bundle = `-- bundled\n${marked('lib/one.lua', 'local one = 1\nreturn one')}-- source: main.lua:40\nreturn 2\n-- source: -\nlast()`;
    expect(placeInFiles(bundle, 1, null)).toBeNull();
    expect(placeInFiles(bundle, 4, null)).toEqual({ file: 'lib/one.lua', line: 2 });
    expect(placeInFiles(bundle, 6, null)).toEqual({ file: 'main.lua', line: 40 });
    expect(placeInFiles(bundle, 8, 'out.lua')).toBeNull();
  });

  test("is found in what the aos terminal's .load puts together", () => {
    const module = '-- module: "lib.math-x"\nlocal function _loaded_mod_lib_math_x()\nlocal m = {}\nreturn m\nend\n';
    const bundle = `\n\n${module}\n_G.package.loaded["lib.math-x"] = _loaded_mod_lib_math_x()\n\nlocal m = require("lib.math-x")\nmain()`;
    const lineOf = (part: string): number => bundle.slice(0, bundle.indexOf(part)).split('\n').length;
    expect(placeInFiles(bundle, lineOf('return m'), 'main.lua')).toEqual({ file: 'lib/math-x.lua', line: 2 });
    expect(placeInFiles(bundle, lineOf('main()'), 'main.lua')).toEqual({ file: 'main.lua', line: 2 });
  });

  test('is found back from the line of its file', () => {
    const bundle = `-- bundled\n${marked('lib/one.lua', 'local one = 1\nreturn one')}-- source: main.lua:40\nreturn 2\n-- source: -\nlast()`;
    for (const [line, file] of [
      [1, 'lib/one.lua'],
      [2, 'lib/one.lua'],
      [40, 'main.lua'],
    ] as const) {
      const found = lineInText(bundle, file, line, null);
      expect(placeInFiles(bundle, found ?? -1, null)).toEqual({ file, line });
    }
    expect(lineInText(bundle, 'lib/one.lua', 9, null)).toBeNull();
    expect(lineInText(bundle, 'main.lua', 1, null)).toBeNull();
    expect(lineInText('a = 1\nb = 2', 'app.lua', 2, 'app.lua')).toBe(2);
  });
});
