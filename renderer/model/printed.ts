import type { CallNode, SlotRecording } from '../../node/contract/recording.ts';

/**
 * The step at which a program printed a line of its output: the call of `print` that wrote it, counted by lines where
 * every line is a call's, by what it was given otherwise. Null where no call of `print` fits, as for a value that was
 * returned.
 * @param output all that it printed, without colours.
 * @param line which line of it, from 0.
 */
export function stepThatPrinted(
  { functions }: Pick<SlotRecording, 'functions'>,
  all: readonly CallNode[],
  output: string,
  line: number,
): number | null {
  const calls = all.filter((call) => functions[call.function]?.name === 'print');
  const lines = output.split('\n');
  if (calls.length === lines.length) return calls[line]?.step ?? null;
  const text = (lines[line] ?? '').trim();
  // The same line may be printed again and again: the n-th of them is the n-th call's.
  const before = lines.slice(0, line).filter((one) => one.trim() === text).length;
  const fitting = calls.filter(({ args }) => text !== '' && args.some((arg) => said(arg).includes(text)));
  return (fitting[before] ?? fitting.at(-1))?.step ?? null;
}

/** An argument as it is kept, without its quotes. */
function said(arg: string): string {
  return arg.replace(/^["']|["'…]+$/g, '').replaceAll('\\"', '"');
}
