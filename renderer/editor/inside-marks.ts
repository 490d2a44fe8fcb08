import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { hitsIn, stepOfLine, stepPlace, untakenIn, type InsideView } from '../../node/contract/inside-view.ts';
import { inlineValues, sameLines } from '../model/inside-words.ts';
import { withNames } from '../model/lookup.ts';
import { useApp } from '../stores/app-context.ts';
import { useAnswer } from '../stores/use-answer.ts';
import { monaco } from './monaco.ts';

/**
 * Shows the evaluation in focus in an editor: how often each line ran, what was not taken, the line that one stands at
 * and the values there. A click on the number of a line that ran goes to the next time that it did.
 */
export function useInsideMarks(editor: monaco.editor.IStandaloneCodeEditor | null, path: string): void {
  const app = useApp();
  const view = useStore(app.inside, (state) => state.view);
  const chosen = useStore(app.inside, (state) => state.frame);
  const step = useStore(app.focus, (state) => state.focus.step);
  // Without an evaluation nothing is marked, whatever is typed.
  const text = useStore(app.editor, (state) => (view === null ? '' : (state.files.get(path)?.text ?? '')));
  const here = view === null || step === null ? null : stepPlace(view, step);
  const frames = useAnswer('cu.frames', view === null || here === null ? null : { ...view.place, step: here.step });
  const frame = frames.isOld ? undefined : (frames.value?.frames[chosen] ?? frames.value?.frames[0]);
  // A level further out stands at the line of its call.
  const at = here?.file?.file !== path ? null : chosen === 0 ? here.file.line : (frame?.place?.line ?? here.file.line);

  const hitMarks = useMemo(() => editor?.createDecorationsCollection() ?? null, [editor]);
  /** What the gutter shows, as text: of most steps it is the same as before, and the editor need not be laid out anew. */
  const shown = useRef('');
  useEffect(() => {
    shown.current = '';
  }, [editor]);
  useLayoutEffect(() => {
    if (editor === null || hitMarks === null) return;
    const isSame = view === null ? () => true : sameLines(view, path, text);
    const hits = new Map(view === null ? [] : [...hitsIn(view, path)].filter(([line]) => isSame(line)));
    const untaken = view === null || hits.size === 0 ? [] : untakenIn(view, path, text).filter(isSame);
    const now = JSON.stringify([...hits, untaken]);
    if (now === shown.current) return;
    const isWider = hits.size > 0;
    shown.current = now;
    editor.updateOptions({
      lineNumbers: hits.size === 0 ? 'on' : (line) => (hits.has(line) ? `${short(hits.get(line) ?? 0)}×  ${line}` : `${line}`),
      // Once wide it stays so: the text would jump to and fro with the steps whose recording is still on its way.
      ...(isWider && { lineNumbersMinChars: HITS_CHARS }),
    });
    hitMarks.set([
      ...untaken.map((line) => whole(line, { inlineClassName: 'line-untaken' })),
      ...[...hits.keys()].map((line) =>
        whole(line, {
          lineNumberClassName: 'line-ran',
          lineNumberHoverMessage: { value: 'Click: the next time it ran here. Alt+click: every slot that ran it (Shift+F9).' },
        }),
      ),
    ]);
  }, [editor, hitMarks, view, path, text]);

  useEffect(() => {
    if (editor === null || at === null) return;
    const marks = editor.createDecorationsCollection([
      whole(at, {
        isWholeLine: true,
        className: 'line-here',
        glyphMarginClassName: 'line-here-glyph',
        glyphMarginHoverMessage: { value: 'About to run' },
      }),
    ]);
    editor.revealLineInCenterIfOutsideViewport(at);
    return () => marks.clear();
  }, [editor, at]);

  useEffect(() => {
    const model = editor?.getModel();
    if (editor === null || model === null || model === undefined || view === null || at === null || frame === undefined) return;
    const world = app.world.getState().world;
    const values = inlineValues(frame, firstLineOf(view, path, at), at, (line) =>
      line <= model.getLineCount() ? model.getLineContent(line) : '',
    );
    const marks = editor.createDecorationsCollection(
      values.map(({ line, words }) => {
        const end = model.getLineMaxColumn(line);
        return {
          range: new monaco.Range(line, end, line, end),
          options: { showIfCollapsed: true, after: { content: `   ${withNames(world, words)}`, inlineClassName: 'line-values' } },
        };
      }),
    );
    return () => marks.clear();
  }, [app, editor, view, path, at, frame]);

  useEffect(() => {
    if (editor === null || view === null) return;
    const listening = editor.onMouseDown(({ target, event }) => {
      // With Alt or the right button the slots that ran it are listed.
      if (
        event.altKey ||
        event.rightButton ||
        target.type !== monaco.editor.MouseTargetType.GUTTER_LINE_NUMBERS ||
        target.position === null
      )
        return;
      const to = stepOfLine(view, path, target.position.lineNumber, app.focus.getState().focus.step ?? -1);
      if (to === null) return;
      // The click has selected the line: what is meant here is the moment, not the text.
      editor.setPosition({ lineNumber: target.position.lineNumber, column: 1 });
      app.focus.getState().setStep(to);
      app.ui.getState().dock?.show('inside');
    });
    return () => listening.dispose();
  }, [app, editor, view, path]);
}

function whole(line: number, options: monaco.editor.IModelDecorationOptions): monaco.editor.IModelDeltaDecoration {
  return { range: new monaco.Range(line, 1, line, Number.MAX_SAFE_INTEGER), options };
}

function short(hits: number): string {
  return hits < 1000 ? `${hits}` : hits < 1_000_000 ? `${Math.floor(hits / 1000)}k` : `${Math.floor(hits / 1_000_000)}M`;
}

/** The first line of the function around a line; the line itself where it is in none. */
function firstLineOf(view: InsideView, path: string, line: number): number {
  const around = view.recording.functions.filter((one) => {
    const name = view.recording.sources[one.source]?.chunk.replace(/^[@=]/, '');
    return (view.texts[one.source]?.file ?? name) === path && one.line > 0 && one.line <= line && line <= one.lastLine;
  });
  return Math.max(...around.map((one) => one.line), line - LINES_BACK);
}

const LINES_BACK = 30;
/** Room for the hits before the number of a line. */
const HITS_CHARS = 8;
