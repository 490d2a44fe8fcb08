import { isCompiledHere, type CompileMark, type ProgramChecked } from '../../node/contract/modules.ts';
import type { App } from '../stores/app-context.ts';
import type { TextMark } from '../stores/editor-store.ts';

/** After the last key: a compiler works some hundred milliseconds, so it is asked when the person pauses. */
const CHECK_MS = 350;

type Parts = Pick<App, 'link' | 'editor' | 'workspace'>;

/**
 * Has programs that are compiled here (AssemblyScript, WebAssembly text) checked while they are open, and puts what the compiler
 * says into the editor's store. Where a file is part of a program of aoscope.json, that program is compiled.
 * @returns ends it.
 */
export function followPrograms({ link, editor, workspace }: Parts): () => void {
  /** The files of each program, as its compiler has said. */
  const filesOf = new Map<string, readonly string[]>();
  const checked = new Map<string, string>();
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const running = new Set<string>();
  /** Counts the projects: what was asked about one says nothing of the next. */
  let projects = 0;

  const take = ({ file, files, marks }: ProgramChecked): void => {
    const gone = (filesOf.get(file) ?? []).filter((path) => !files.includes(path));
    filesOf.set(file, files);
    for (const path of [...gone, ...files]) {
      const own = marks.filter((mark) => mark.file === path).map(textMark);
      const known = editor.getState().marks.get(path) ?? [];
      if (JSON.stringify(known) !== JSON.stringify(own)) editor.getState().setMarks(path, own);
    }
  };
  const check = async (program: string): Promise<void> => {
    // One at a time of each: what was typed meanwhile is checked after it.
    if (running.has(program)) return soon(program);
    running.add(program);
    const project = projects;
    const texts = [...editor.getState().files.values()].filter(({ path }) => isProgram(path)).map(({ path, text }) => ({ path, text }));
    try {
      const answer = await link.ask('modules.check', { file: program, texts });
      if (project === projects) take(answer);
    } catch {
      // A file that is not there, or a compiler that gave up, marks nothing; who runs it is told.
    } finally {
      if (project === projects) running.delete(program);
    }
  };
  const soon = (program: string): void => {
    clearTimeout(waiting.get(program));
    waiting.set(
      program,
      setTimeout(() => {
        waiting.delete(program);
        void check(program);
      }, CHECK_MS),
    );
  };
  const programsWith = (path: string): readonly string[] => {
    const named = (workspace.getState().project?.manifest.processes ?? []).flatMap(({ source, module }) => [source, module ?? '']);
    const all = [...new Set([...named.filter(isProgram), ...filesOf.keys()])];
    const known = all.filter((program) => program === path || filesOf.get(program)?.includes(path) === true);
    if (known.length > 0) return known;
    // Of which program it is part is not known before each has been compiled once.
    const unknown = all.filter((program) => !filesOf.has(program));
    if (unknown.length > 0 && path.endsWith('.ts')) return unknown;
    // Text of WebAssembly is always a program. TypeScript need not be AssemblyScript: scripts and settings of tools are none.
    return !path.endsWith('.ts') || all.some((program) => isBelow(program, path)) ? [path] : [];
  };
  const look = (): void => {
    const { files } = editor.getState();
    for (const path of checked.keys()) if (!files.has(path)) checked.delete(path);
    for (const [path, { text }] of files) {
      if (!isProgram(path) || checked.get(path) === text) continue;
      checked.set(path, text);
      for (const program of programsWith(path)) soon(program);
    }
  };
  const stops = [
    editor.subscribe(({ files }, before) => files !== before.files && look()),
    link.on('modules.compiled', take),
    link.on('files.changed', ({ changes }) => {
      // What is open is looked at as it stands there.
      for (const { path } of changes)
        if (isProgram(path) && !editor.getState().files.has(path))
          for (const [program, parts] of filesOf) if (parts.includes(path)) soon(program);
    }),
    // Another project has other files of the same names.
    link.on('project.changed', () => {
      projects++;
      for (const timer of waiting.values()) clearTimeout(timer);
      for (const files of filesOf.values()) for (const path of files) editor.getState().setMarks(path, []);
      for (const known of [waiting, running, filesOf, checked]) known.clear();
      look();
    }),
    // Which files are programs is known when the manifest is.
    workspace.subscribe(({ project }, before) => {
      if (project?.manifest === before.project?.manifest) return;
      checked.clear();
      look();
    }),
  ];
  look();
  return () => {
    for (const stop of stops) stop();
    for (const timer of waiting.values()) clearTimeout(timer);
  };
}

/** Declarations are for editors of TypeScript, and no program. */
const isProgram = (path: string): boolean => isCompiledHere(path) && !path.endsWith('.d.ts');

/** Does a file lie in the folder of a program, or below it? Where that is the project's own folder, everything would. */
function isBelow(program: string, path: string): boolean {
  const folder = program.slice(0, program.lastIndexOf('/') + 1);
  return folder !== '' && path.startsWith(folder);
}

function textMark({ file: _file, ...mark }: CompileMark): TextMark {
  return mark;
}
