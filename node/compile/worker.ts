import type { CompileAnswer, Compiled, CompileTask } from './protocol.ts';

/**
 * The compiler's thread: its whole program. It is wrapped into a function for CommonJS (build/bundle/programs.mjs), as the compiler
 * waits at its top level; so nothing here is imported statically but types.
 */
const { parentPort } = await import('node:worker_threads');
const { compileAssemblyScript } = await import('./assemblyscript.ts');
const { compileWat } = await import('./wat.ts');
const { forLoader } = await import('./for-loader.ts');

async function answer(task: CompileTask): Promise<Compiled> {
  if (task.kind === 'assemblyscript') return compileAssemblyScript(task);
  return task.kind === 'wat' ? compileWat(task.text, task.file) : { program: forLoader(task.program), marks: [] };
}

/** One after another: the compiler keeps what it works on in globals. */
let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: CompileTask }) => {
  const tell = (word: CompileAnswer): void => parentPort.postMessage(word);
  last = last.then(() =>
    answer(task).then(
      (compiled) => tell({ kind: 'done', id, ...compiled }),
      (error: unknown) => tell({ kind: 'failed', id, reason: error instanceof Error ? error.message : String(error) }),
    ),
  );
});
