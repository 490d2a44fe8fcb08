/** A line of a file in the project. */
export interface SourcePlace {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** The first `file:line` in a text that names one of `paths`: with a traceback, the line that failed. */
export function sourcePlace(text: string, paths: readonly string[]): SourcePlace | null {
  for (const match of text.matchAll(/:(\d+)\b/g)) {
    const before = text.slice(0, match.index);
    const known = paths.filter((path) => before.endsWith(path) && !/[\w/.-]/.test(before.charAt(before.length - path.length - 1)));
    const longest = known.toSorted((a, b) => b.length - a.length)[0];
    if (longest !== undefined) return { path: longest, line: Number(match[1]) };
  }
  return null;
}
