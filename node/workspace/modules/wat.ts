import { AoError, reasonOf } from '../../contract/errors.ts';

/**
 * Compiles WebAssembly text. The same text gives the same bytes.
 * @throws AoError MODULE_FILE_INVALID with the line.
 */
export async function compileWat(text: string, file: string): Promise<Uint8Array> {
  // Loaded when first needed: most projects have no such file.
  const { default: openWabt } = await import('wabt');
  const wabt = await openWabt();
  try {
    const parsed = wabt.parseWat(file, text);
    try {
      parsed.resolveNames();
      parsed.validate();
      return parsed.toBinary({}).buffer;
    } finally {
      parsed.destroy();
    }
  } catch (error) {
    throw new AoError('MODULE_FILE_INVALID', { file, reason: reasonOf(error) });
  }
}
