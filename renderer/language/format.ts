import init, { Config, formatCode, IndentType, LuaVersion, OutputVerification } from '@johnnymorganz/stylua/web';
import type { Indent, LanguageAnswers } from './answers.ts';

const LINE_LETTERS = 120;

/** The formatter of StyLua. Its program is read when somebody formats for the first time. */
export function loadFormat(program: () => Promise<Uint8Array>): LanguageAnswers['format'] {
  let ready: Promise<unknown> | null = null;
  return async (text, indent) => {
    ready ??= program().then((bytes) => init({ module_or_path: bytes.slice().buffer }));
    try {
      await ready;
    } catch (error) {
      ready = null;
      throw error;
    }
    return formatted(text, indent);
  };
}

function formatted(text: string, { isTabs, width }: Indent): string {
  const config = Config.new();
  config.syntax = LuaVersion.Lua53;
  config.column_width = LINE_LETTERS;
  config.indent_type = isTabs ? IndentType.Tabs : IndentType.Spaces;
  config.indent_width = width;
  try {
    // Verified: a text that would mean something else is refused.
    return formatCode(text, config, null, OutputVerification.Full);
  } catch (error) {
    throw error instanceof Error ? error : new Error(String(error));
  }
}
