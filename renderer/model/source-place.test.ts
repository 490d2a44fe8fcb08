import { expect, test } from 'vitest';
import { sourcePlace } from './source-place.ts';

const PATHS = ['main.lua', 'src/main.lua', 'ünï 你.lua'];

test('the first place that is a file of the project', () => {
  const error = '[string "json"]:4: bad\nstack traceback:\n\tmain.lua:12: in function <main.lua:3>';
  expect(sourcePlace(error, PATHS)).toEqual({ path: 'main.lua', line: 12 });
});

test('the whole path counts, spaces and letters of all kinds too', () => {
  expect(sourcePlace('src/main.lua:7: x', PATHS)).toEqual({ path: 'src/main.lua', line: 7 });
  expect(sourcePlace('ünï 你.lua:2: x', PATHS)).toEqual({ path: 'ünï 你.lua', line: 2 });
});

test('none where no file of the project is named', () => {
  expect(sourcePlace('domain.lua:7: x', PATHS)).toBeNull();
  expect(sourcePlace('console:1: boom', PATHS)).toBeNull();
});
