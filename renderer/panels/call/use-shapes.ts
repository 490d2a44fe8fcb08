import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { toSlot, type ProcessId } from '../../../node/contract/ids.ts';
import { processesOf } from '../../commands/file-owner.ts';
import { projectLanguage } from '../../editor/project-language.ts';
import { callShapes, heldHandlers, type CallShape, type HandlerText } from '../../model/call-shapes.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';

/** So many of the newest messages are looked at for what is usual, and up to so many more. */
const MESSAGES = 150;
const MORE = 50;
const HANDLERS_MAX = 500;
/** So long after the last slot the files are read again for what they say of handlers. */
const TEXTS_MS = 500;
const LIST = ['.Handlers', '.list'];

/** What a process can be sent. Undefined until that is known for the first time. */
export function useShapes(process: ProcessId): readonly CallShape[] | undefined {
  const { slotLatest = -1, evaluatedTo = -1 } = useStore(useApp().world, (state) => state.world.processById.get(process)) ?? {};
  const held = useAnswer(
    'cu.state',
    evaluatedTo < 0 ? null : { process, slot: toSlot(evaluatedTo), path: LIST, offset: 0, limit: HANDLERS_MAX },
  );
  const from = toSlot(Math.max(0, Math.floor((slotLatest + 1 - MESSAGES) / MORE) * MORE));
  // An answer stays true for as long as it is kept: it is asked for what is there, and not for more.
  const log = useAnswer('su.log', slotLatest < 0 ? null : { process, from, limit: slotLatest + 1 - from });
  const texts = useHandlerTexts(process, evaluatedTo);
  const nodes = held.value?.nodes;
  const entries = log.value?.entries;
  // A process that has no handlers to look at (a program, a contract) is known by its traffic alone.
  const isHeldKnown = nodes !== undefined || held.error !== null || evaluatedTo < 0;
  const isKnown = isHeldKnown && (entries !== undefined || log.error !== null || slotLatest < 0);
  return useMemo(
    () => (isKnown ? callShapes(heldHandlers(nodes ?? []), texts, entries ?? []) : undefined),
    [isKnown, nodes, entries, texts],
  );
}

const NO_TEXTS: readonly HandlerText[] = [];

/** What the files of the project say of handlers, those that the process is made of first; read again once it has run more. */
function useHandlerTexts(process: ProcessId, evaluatedTo: number): readonly HandlerText[] {
  const app = useApp();
  const files = useStore(app.workspace, (state) => state.entries);
  const [texts, setTexts] = useState(NO_TEXTS);
  const hasAsked = useRef(false);
  useEffect(() => {
    let isGone = false;
    const language = projectLanguage(app);
    const isOwn = (path: string): number => (processesOf(app, path).includes(process) ? 0 : 1);
    const paths = files
      .flatMap(({ path, kind }) => (kind === 'file' && path.endsWith('.lua') && !path.endsWith('.test.lua') ? path : []))
      .toSorted((a, b) => isOwn(a) - isOwn(b));
    const ask = async (): Promise<readonly HandlerText[]> => {
      await language.whenRead();
      return (await Promise.all(paths.map((path) => language.client.ask('handlers', [path])))).flat();
    };
    const take = (): void => {
      hasAsked.current = true;
      ask().then(
        (rows) => !isGone && setTexts(rows),
        // Without the language the fields are those that were seen.
        () => undefined,
      );
    };
    // While slots stream in nobody needs them after each.
    const timer = setTimeout(take, hasAsked.current ? TEXTS_MS : 0);
    return () => {
      clearTimeout(timer);
      isGone = true;
    };
  }, [app, files, process, evaluatedTo]);
  return texts;
}
