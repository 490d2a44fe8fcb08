import { useEffect, useState } from 'react';
import type { AnswerOf } from '../language/questions.ts';
import { nameOf, withNames } from '../model/lookup.ts';
import { useApp } from '../stores/app-context.ts';
import { useAnswer } from '../stores/use-answer.ts';
import { askLanguage } from './ask-language.ts';
import { momentOf, type FileMoment } from './file-process.ts';
import { monaco } from './monaco.ts';

/** While messages come, the newest values follow at this pace. Where one goes oneself they are there at once. */
const PACE_MS = 500;
/** A text is read again once nobody has typed for so long. */
const TYPED_MS = 300;
/** What could not be had is asked for again. */
const AGAIN_MS = 1_000;
const GLOBALS_MAX = 500;

type Outline = NonNullable<AnswerOf<'outline'>>;

/**
 * Behind the first line that makes a global: what that is at the moment that is looked at. Marks of our own, not Monaco's inlay hints, which
 * wait a quarter of a second: whoever steps sees the values change with everything else.
 */
export function useGlobalMarks(editor: monaco.editor.IStandaloneCodeEditor | null, path: string): void {
  const app = useApp();
  const outline = useOutline(editor, path);
  const moment = useMoment(path);
  /** What failed is left alone for a moment, then asked for again. */
  const [failedAt, setFailedAt] = useState<FileMoment | null>(null);
  const asked =
    moment === null || outline.length === 0 || failedAt === moment ? null : { ...moment, path: [], offset: 0, limit: GLOBALS_MAX };
  const { value: page, isOld, error } = useAnswer('cu.state', asked);
  useEffect(() => {
    if (error === null) return;
    const pause = setTimeout(() => setFailedAt(moment), 0);
    return () => clearTimeout(pause);
  }, [error, moment]);
  useEffect(() => {
    if (failedAt === null) return;
    const again = setTimeout(() => setFailedAt(null), AGAIN_MS);
    return () => clearTimeout(again);
  }, [failedAt]);

  useEffect(() => {
    const model = editor?.getModel();
    if (editor === null || model === null || model === undefined || moment === null || page === undefined || isOld) return;
    const values = new Map(page.nodes.map(({ key, kind, preview }) => [key, { kind, preview }]));
    const { world } = app.world.getState();
    const marks = editor.createDecorationsCollection(
      outline.flatMap((row): monaco.editor.IModelDeltaDecoration[] => {
        const value = row.detail === 'global' ? values.get(`.${row.name}`) : undefined;
        if (value === undefined || value.kind === 'function' || row.at.start > model.getValueLength()) return [];
        const { lineNumber } = model.getPositionAt(row.at.start);
        const end = model.getLineMaxColumn(lineNumber);
        const content = `  ${row.name} = ${withNames(world, value.preview)}`;
        const hoverMessage = { value: `${nameOf(world, moment.process)} after slot ${moment.slot}` };
        return [
          {
            range: new monaco.Range(lineNumber, end, lineNumber, end),
            options: { showIfCollapsed: true, hoverMessage, after: { content, inlineClassName: 'line-values' } },
          },
        ];
      }),
    );
    return () => marks.clear();
  }, [app, editor, outline, moment, page, isOld]);
}

/** What the text defines; nothing for what is no Lua. */
function useOutline(editor: monaco.editor.IStandaloneCodeEditor | null, path: string): Outline {
  const app = useApp();
  const [outline, setOutline] = useState<Outline>([]);
  useEffect(() => {
    const model = editor?.getModel();
    if (model === null || model === undefined || model.getLanguageId() !== 'lua') return;
    let source = new monaco.CancellationTokenSource();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      source.cancel();
      source = new monaco.CancellationTokenSource();
      const { token } = source;
      askLanguage(app, 'outline', [path], token).then(
        (rows) => {
          if (!token.isCancellationRequested && rows !== null) setOutline(rows);
        },
        (error: unknown) => app.ui.getState().fail(error),
      );
    };
    const listening = model.onDidChangeContent(() => {
      clearTimeout(timer);
      timer = setTimeout(read, TYPED_MS);
    });
    read();
    return () => {
      clearTimeout(timer);
      source.cancel();
      listening.dispose();
    };
  }, [app, editor, path]);
  return outline;
}

/** The moment at which values are told. */
function useMoment(path: string): FileMoment | null {
  const app = useApp();
  const [moment, setMoment] = useState(() => momentOf(app, path));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      const now = momentOf(app, path);
      setMoment((before) => (before?.process === now?.process && before?.slot === now?.slot ? before : now));
    };
    const lookLater = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        look();
      }, PACE_MS);
    };
    const stops = [app.focus.subscribe(look), app.branch.subscribe(look), app.world.subscribe(lookLater), app.plan.subscribe(lookLater)];
    look();
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [app, path]);
  return moment;
}
