import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import type { Commands } from '../../node/contract/commands.ts';
import type { AnswerOf } from '../language/questions.ts';
import { nameOf, withNames } from '../model/lookup.ts';
import { answersOf } from '../stores/answers.ts';
import { useApp } from '../stores/app-context.ts';
import { useAnswer } from '../stores/use-answer.ts';
import { useStepWindow } from '../stores/use-step-window.ts';
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

const globalsAt = (moment: FileMoment): Commands['cu.state']['args'] => ({ ...moment, path: [], offset: 0, limit: GLOBALS_MAX });

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
  const asked = moment === null || outline.length === 0 || failedAt === moment ? null : globalsAt(moment);
  const { value: page, isOld, isSlow, error } = useAnswer('cu.state', asked);
  const { link } = app;
  useStepWindow(asked === null ? null : asked.process, moment?.slot ?? -1, (slot, signal) => {
    if (moment !== null) answersOf(link).prefetch('cu.state', globalsAt({ ...moment, slot }), signal);
  });
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

  // While the next values are on their way those before stay, so that nothing jumps; what takes long is not shown as if it were of now.
  const isShown = moment !== null && page !== undefined && !isSlow;
  const model = editor?.getModel() ?? null;
  const marks = useMemo(() => (model === null ? null : createMarks(model)), [model]);
  useEffect(() => () => marks?.show([]), [marks]);
  useLayoutEffect(() => {
    if (marks === null || model === null) return;
    if (!isShown) return marks.show([]);
    if (isOld) return;
    const values = new Map(page.nodes.map(({ key, kind, preview }) => [key, { kind, preview }]));
    const { world } = app.world.getState();
    const hover = `${nameOf(world, moment.process)} at the slot that one looks at`;
    marks.show(
      outline.flatMap((row): Mark[] => {
        const value = row.detail === 'global' ? values.get(`.${row.name}`) : undefined;
        if (value === undefined || value.kind === 'function' || row.at.start > model.getValueLength()) return [];
        const { lineNumber } = model.getPositionAt(row.at.start);
        return [{ line: lineNumber, content: `  ${row.name} = ${withNames(world, value.preview)}`, hover }];
      }),
    );
  }, [app, model, marks, outline, moment, page, isOld, isShown]);
}

interface Mark {
  readonly line: number;
  readonly content: string;
  readonly hover: string;
}

/** Marks at the ends of lines. Of those that are shown next, the ones that say the same as before are left alone: each costs the drawing of its line. */
function createMarks(model: monaco.editor.ITextModel): { show(marks: readonly Mark[]): void } {
  let shown = new Map<string, string>();
  return {
    show(marks) {
      if (model.isDisposed()) return;
      const wanted = new Map(marks.map((mark) => [`${mark.line}:${mark.content}`, mark]));
      const stay = [...shown].filter(([key]) => wanted.has(key));
      const gone = [...shown].filter(([key]) => !wanted.has(key)).map(([, id]) => id);
      const come = [...wanted].filter(([key]) => !shown.has(key));
      if (gone.length === 0 && come.length === 0) return;
      const made = model.deltaDecorations(
        gone,
        come.map(([, { line, content, hover }]) => {
          const end = model.getLineMaxColumn(line);
          return {
            range: new monaco.Range(line, end, line, end),
            options: { showIfCollapsed: true, hoverMessage: { value: hover }, after: { content, inlineClassName: 'line-values' } },
          };
        }),
      );
      shown = new Map([...stay, ...come.map(([key], index): [string, string] => [key, made[index] ?? ''])]);
    },
  };
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
