import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Breakpoint } from '../model/breakpoints.ts';
import { useApp } from '../stores/app-context.ts';
import { monaco } from './monaco.ts';

/** Breakpoints in the margin of an editor: a click there sets one and takes it away; they follow their lines. */
export function useBreakpointMarks(editor: monaco.editor.IStandaloneCodeEditor | null, path: string): void {
  const app = useApp();
  const breakpoints = useStore(app.hits, (state) => state.breakpoints);

  useEffect(() => {
    if (editor === null) return;
    const own = breakpoints.filter((one) => one.path === path);
    const marks = editor.createDecorationsCollection(
      own.map((one) => ({
        range: new monaco.Range(one.line, 1, one.line, 1),
        options: {
          stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
          glyphMarginClassName: `breakpoint${classOf(one)}`,
          glyphMarginHoverMessage: { value: wordsOf(one) },
        },
      })),
    );
    const following = editor.onDidChangeModelContent(() => {
      const lines = new Map(marks.getRanges().map((range, index) => [own[index]?.line ?? 0, range.startLineNumber]));
      if ([...lines].some(([before, now]) => before !== now)) app.hits.getState().moved(path, lines);
    });
    return () => {
      following.dispose();
      marks.clear();
    };
  }, [app, editor, path, breakpoints]);

  useEffect(() => {
    if (editor === null) return;
    const listening = editor.onMouseDown(({ target, event }) => {
      if (target.type !== monaco.editor.MouseTargetType.GUTTER_GLYPH_MARGIN || target.position === null) return;
      const line = target.position.lineNumber;
      const { breakpoints: all, put, toggle } = app.hits.getState();
      if (!event.rightButton && !event.altKey) return toggle(path, line);
      // With the right button or Alt: its condition and log.
      if (!all.some((one) => one.path === path && one.line === line)) put({ path, line, condition: null, log: null, isOn: true });
      app.ui.getState().dock?.enter('hits', `[aria-label="Condition at ${CSS.escape(`${path}:${line}`)}"]`);
    });
    return () => listening.dispose();
  }, [app, editor, path]);
}

function classOf({ isOn, condition, log }: Breakpoint): string {
  return `${isOn ? '' : ' is-off'}${log !== null ? ' is-log' : condition !== null ? ' is-conditional' : ''}`;
}

function wordsOf({ isOn, condition, log }: Breakpoint): string {
  const what = log === null ? 'Breakpoint' : `Logs \`${log}\``;
  return `${what}${condition === null ? '' : `, if \`${condition}\``}${isOn ? '' : ', off'}. Alt+click: condition and log.`;
}
