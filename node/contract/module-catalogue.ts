import type { Tag } from './item.ts';
import { TERMINAL_MODULE } from './network.ts';

/** A module of the network whose content is known: whoever has bytes with this hash has that module. */
export interface KnownModule {
  /** Its id on the network. */
  readonly id: string;
  readonly name: string;
  /** One sentence for a person who chooses. */
  readonly about: string;
  /** Module-Format; null where nobody here has read its content. */
  readonly format: string | null;
  /** Bytes of the program and their SHA-256, hex; null where only the id is known. */
  readonly content: { readonly bytes: number; readonly sha256: string } | null;
}

const WIDE = 'wasm64-unknown-emscripten-draft_2024_02_15';

/** Modules that people ask for by name (protocol §5.4, §7.1). The programs themselves are not part of the app. */
export const KNOWN_MODULES: readonly KnownModule[] = [
  {
    id: TERMINAL_MODULE,
    name: 'aos 2.0.6',
    about: 'What the aos terminal 2.0.16 spawns on.',
    format: WIDE,
    content: { bytes: 777_924, sha256: '0fbcfb85f6354a067ec909102430bd8a7ce0301c9686595f474eabffff7ba58e' },
  },
  {
    id: 'JArYBF-D8q2OmZ4Mok00sD2Y_6SYEQ7Hjx-6VZ_jl3g',
    name: 'aos 2.0.3',
    about: 'An older aos.',
    format: WIDE,
    content: { bytes: 773_097, sha256: 'fb5524345b8057598416c5e1eb3c71ec96fa87e1b45bcc07fe7c151a32dbd712' },
  },
  {
    id: 'Do_Uc2Sju_ffp6Ev0AnLVdPtot15rvMjP-a9VVaA5fM',
    name: 'aos 2.0.1',
    about: 'An older aos, with memory up to 1 GiB.',
    format: WIDE,
    content: { bytes: 772_565, sha256: '43d053f3c7c4fb21534a6bd73a8e5d40de5f5019a160fc7ca67b4925e55e112c' },
  },
  {
    id: 'ghSkge2sIUD_F00ym5sEimC63BDBuBrq4b5OcwxOjiw',
    name: 'aos with SQLite',
    about: 'An aos of version 0.2.0 whose programs can require lsqlite3.',
    format: WIDE,
    content: { bytes: 3_185_803, sha256: '72a9a3d8280db4e1467df3829219f6f255e94da5ce0334bc4f79a64dd3fbca6f' },
  },
  {
    id: 'ei1VSwheQnNIG87iqlwxiQk-sWY5ikj4DFBxcpFZ-S4',
    name: 'aos with SQLite of the terminal',
    about: 'What the aos terminal 2.0.16 spawns on with --sqlite.',
    format: null,
    content: null,
  },
  {
    id: 'QkFLfRXw8MOeHMNoHK0tyno17wbSxCecATohFMaULKM',
    name: 'aos with llama',
    about: 'What the aos terminal 2.0.16 spawns on with --llama.',
    format: null,
    content: null,
  },
];

/** On the gateway's answer for a module that is here by its content only: what makes it that module. */
export const KNOWN_BY = 'Known-By';

/** The module with this content; null where nobody here knows it. @param sha256 of the program, hex. */
export function knownByContent(sha256: string): KnownModule | null {
  return KNOWN_MODULES.find(({ content }) => content?.sha256 === sha256) ?? null;
}

/** Tags of a module as publishers write them (protocol §1.3). */
export function moduleTags(format: string, more: readonly Tag[] = []): Tag[] {
  return [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: format },
    { name: 'Input-Encoding', value: 'JSON-1' },
    { name: 'Output-Encoding', value: 'JSON-1' },
    { name: 'Memory-Limit', value: '1-gb' },
    { name: 'Compute-Limit', value: '9000000000000' },
    { name: 'Content-Type', value: 'application/wasm' },
    ...more,
  ];
}
