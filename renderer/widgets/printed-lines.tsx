import { ansiParts } from './ansi.ts';

/** Text with its colours; every line of it can be told apart by {@link lineOf} when it is pressed. */
export function PrintedLines({ text }: { readonly text: string }): React.ReactNode {
  let line = 0;
  return ansiParts(text).flatMap((part, index) => {
    const classes = [part.colour ?? '', part.isBold ? 'bold is-bold' : '', part.isDim ? 'dim is-dim' : ''].filter(Boolean).join(' ');
    return part.text.split('\n').map((words, at) => {
      if (at > 0) line += 1;
      // Parts of one text never move among themselves.
      return (
        <span key={`${index}.${at}`} data-line={line} className={classes === '' ? undefined : classes}>
          {at > 0 ? `\n${words}` : words}
        </span>
      );
    });
  });
}

/** Which line of {@link PrintedLines} was pressed, from 0; the first where a key was. */
export function lineOf({ target }: React.MouseEvent): number {
  const line = target instanceof Element ? target.closest('[data-line]')?.getAttribute('data-line') : null;
  return Number(line ?? 0);
}

/** Text without its colours. */
export function plainText(text: string): string {
  return ansiParts(text)
    .map((part) => part.text)
    .join('');
}
