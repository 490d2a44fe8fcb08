/** Lines and columns of a text, both from 1. Columns count UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Where the lines of a text begin, so that many places of it are found fast. */
export class LineStarts {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  placeOf(offset: number): TextPlace {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** The range of a span, as an editor takes it. */
  rangeOf({ start, end }: { readonly start: number; readonly end: number }): {
    readonly startLineNumber: number;
    readonly startColumn: number;
    readonly endLineNumber: number;
    readonly endColumn: number;
  } {
    const [from, to] = [this.placeOf(start), this.placeOf(end)];
    return { startLineNumber: from.line, startColumn: from.column, endLineNumber: to.line, endColumn: to.column };
  }
}
