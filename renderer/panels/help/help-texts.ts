/** The Markdown of every page of help, by its id. */
export const HELP_TEXTS: ReadonlyMap<string, string> = new Map(
  Object.entries(import.meta.glob<string>('../../docs/*.md', { query: '?raw', import: 'default', eager: true })).map(([path, text]) => [
    path.replace(/^.*\/|\.md$/g, ''),
    text,
  ]),
);
