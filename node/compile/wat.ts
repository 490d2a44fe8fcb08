import type { Compiled } from './protocol.ts';
import type { CompileMark } from '../contract/modules.ts';

/**
 * Compiles WebAssembly text. The same text gives the same bytes.
 * @throws Error where the compiler says nothing of any place.
 */
export async function compileWat(text: string, file: string): Promise<Compiled> {
  // Loaded when first needed: most projects have no such file.
  const { default: openWabt } = await import('wabt');
  const wabt = await openWabt();
  try {
    const parsed = wabt.parseWat(file, text);
    try {
      parsed.resolveNames();
      parsed.validate();
      return { program: parsed.toBinary({}).buffer, marks: [] };
    } finally {
      parsed.destroy();
    }
  } catch (error) {
    const marks = error instanceof Error ? marksIn(error.message, file) : [];
    if (marks.length === 0) throw error;
    return { program: null, marks };
  }
}

/** `file:2:33: error: unexpected token "a".`, the line itself, and below it as many ^ as the place is wide. */
const TOLD = /^(.*?):(\d+):(\d+): (?:error: )?(.*)\n(?:.*\n *(\^+))?/gm;

function marksIn(told: string, file: string): CompileMark[] {
  return [...told.matchAll(TOLD)]
    .filter(([, path]) => path === file)
    .map(([, , line, column, message = '', carets = '^']) => {
      const at = { line: Number(line), column: Number(column) };
      const end = { endLine: at.line, endColumn: at.column + carets.length };
      return { file, severity: 'error', message, code: '', ...at, ...end };
    });
}
