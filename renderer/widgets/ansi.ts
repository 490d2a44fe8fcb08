import Anser from 'anser';

/** A stretch of text with the looks that its escape codes asked for. */
export interface AnsiPart {
  readonly text: string;
  /** A class name of console.css, or null for the plain colour. */
  readonly colour: string | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

/** Text with ANSI escape codes, as parts to draw. Only colours and weights are taken; every other code is dropped. */
export function ansiParts(text: string): readonly AnsiPart[] {
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true, json: true }).map((part) => ({
    text: part.content,
    colour: /^ansi-(?:bright-)?(?:black|red|green|yellow|blue|magenta|cyan|white)$/.test(part.fg ?? '') ? part.fg : null,
    isBold: part.decorations.includes('bold'),
    isDim: part.decorations.includes('dim'),
  }));
}
