import { describe, expect, it } from 'vitest';
import { importViolations } from './imports.mjs';

const of = (path, text) => importViolations(new Map([[path, text]]));

describe('the import table', () => {
  it.each([
    ['node/mu/push.ts', "import { nextSlot } from '../su/slot.ts';", 'node/su/slot.ts'],
    ['node/contract/ids.ts', "import { createHash } from 'node:crypto';", 'node:crypto'],
    ['node/base/bytes.ts', "import type { Item } from '../contract/item.ts';", 'node/contract/item.ts'],
    ['node/host/hub.ts', "import { app } from 'electron';", 'npm:electron'],
    ['node/su/slot.ts', "import { listen } from '../host/listen.ts';", 'node/host/listen.ts'],
    ['renderer/model/world.ts', "import { create } from 'zustand';", 'npm:zustand'],
    ['renderer/panels/flow/flow-panel.tsx', "import { Tree } from '../files/tree.tsx';", 'renderer/panels/files/tree.tsx'],
    ['renderer/panels/flow/flow-panel.tsx', "import * as monaco from 'monaco-editor/editor';", 'npm:monaco-editor/editor'],
    ['renderer/link/link.ts', "import { openStore } from '../../node/store/database.ts';", 'node/store/database.ts'],
    ['build/start.mjs', "import { AoError } from '../node/contract/errors.ts';", 'node/contract/errors.ts'],
  ])('refuses in %s: %s', (path, text, target) => {
    expect(of(path, text)).toEqual([expect.stringContaining(`${path}:1 imports ${target};`)]);
  });

  it.each([
    ['export … from', "export { a } from '../su/slot.ts';"],
    ['import types', "type A = import('../su/slot.ts').Slot;"],
    ['dynamic imports', "const a = await import('../su/slot.ts');"],
    ['workers', "new Worker(new URL('../su/slot.ts', import.meta.url));"],
    ["Vite's query", "import Slot from '../su/slot.ts?worker';"],
    ['an import over several lines', "import {\n  a,\n  b,\n} from '../su/slot.ts';"],
  ])('sees %s', (_what, text) => {
    expect(of('node/mu/push.ts', text)).toHaveLength(1);
  });

  it('sees no import in a comment or in a text', () => {
    expect(of('node/mu/push.ts', "// import { a } from '../su/slot.ts';\nconst text = \"import { a } from '../su/slot.ts'\";")).toEqual([]);
  });

  it('lets a folder use itself, what its row names, and tests everything', () => {
    expect(of('node/mu/push.ts', "import './outbox.ts'; import '../base/bytes.ts'; import { z } from 'zod';")).toEqual([]);
    expect(of('node/mu/open.ts', "import './mu.ts'; import '../host/listen.ts'; import 'node:path';")).toEqual([]);
    expect(of('node/mu/push.test.ts', "import '../su/slot.ts'; import 'electron';")).toEqual([]);
  });

  it('demands a row for every new folder', () => {
    expect(of('node/weather/rain.ts', '')).toEqual([expect.stringContaining('no row')]);
  });
});
