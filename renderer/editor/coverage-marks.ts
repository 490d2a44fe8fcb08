import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import { monaco } from './monaco.ts';

/**
 * Beside each line that can run, whether it ran in the tests: a full bar where it did, an open one where it did not. They
 * belong to the text that was tested: while one types they go with their lines, and what is saved has none until it is tested.
 */
export function useCoverageMarks(editor: monaco.editor.IStandaloneCodeEditor | null, path: string): void {
  const app = useApp();
  const covered = useStore(app.tests, ({ coverage }) => coverage?.find(({ file }) => file === path));
  const version = useStore(app.editor, ({ files }) => files.get(path)?.version);
  useEffect(() => {
    const file = app.editor.getState().files.get(path);
    // In a text that was changed before it is shown nobody knows where the lines have gone.
    if (editor === null || covered === undefined || covered.version !== version || file === undefined || isDirty(file)) return;
    const marks = editor.createDecorationsCollection(
      Object.entries(covered.lines).map(([key, hits]) => {
        const line = Number(key);
        return {
          range: new monaco.Range(line, 1, line, 1),
          options: {
            stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
            linesDecorationsClassName: hits > 0 ? 'line-covered' : 'line-uncovered',
            linesDecorationsTooltip: hits > 0 ? `Ran ${timesWords(hits)} in the tests` : 'Did not run in the tests',
          },
        };
      }),
    );
    return () => marks.clear();
  }, [app, editor, path, covered, version]);
}

function timesWords(hits: number): string {
  return hits === 1 ? 'once' : `${hits.toLocaleString('en-US')} times`;
}
