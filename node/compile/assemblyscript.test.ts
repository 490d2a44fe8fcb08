import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compileAssemblyScript } from './assemblyscript.ts';

test.each(['--config=x.ts', 'asconfig.json.ts'])('a project whose program is %s runs no JavaScript in the compiler', async (entry) => {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-transform-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [transform, ran] = [join(folder, 'transform.mjs'), join(folder, 'ran')];
  writeFileSync(
    transform,
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(ran)}, '');\nexport default class {}\n`,
  );
  const options = JSON.stringify({ entries: ['y.ts'], options: { transform: [transform] } });
  const files = new Map([
    [entry, 'export function handle(): i32 { return 1; }\n'],
    ['x.ts', options],
    ['y.ts', 'export function handle(): i32 { return 2; }\n'],
    ['asconfig.json', options],
  ]);
  const compiled = compileAssemblyScript({ kind: 'assemblyscript', entry, files, isForLoader: false });
  await compiled.catch(() => undefined);
  expect(existsSync(ran)).toBe(false);
  const { program, marks } = await compiled;
  expect(marks).toEqual([]);
  expect(program?.subarray(0, 4)).toEqual(new Uint8Array(Buffer.from('\0asm')));
});
