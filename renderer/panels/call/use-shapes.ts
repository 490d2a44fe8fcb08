import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { toSlot, type ProcessId } from '../../../node/contract/ids.ts';
import { projectLanguage } from '../../editor/project-language.ts';
import { callShapes, heldHandlers, type CallShape, type HandlerText } from '../../model/call-shapes.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';

/** So many of the newest messages are looked at for what is usual. */
const MESSAGES = 200;
const HANDLERS_MAX = 500;
const LIST = ['.Handlers', '.list'];

/** What a process can be sent. Undefined until that is known for the first time. */
export function useShapes(process: ProcessId): readonly CallShape[] | undefined {
  const { slotLatest = -1, evaluatedTo = -1 } = useStore(useApp().world, (state) => state.world.processById.get(process)) ?? {};
  const held = useAnswer(
    'cu.state',
    evaluatedTo < 0 ? null : { process, slot: toSlot(evaluatedTo), path: LIST, offset: 0, limit: HANDLERS_MAX },
  );
  const log = useAnswer(
    'su.log',
    slotLatest < 0 ? null : { process, from: toSlot(Math.max(0, slotLatest + 1 - MESSAGES)), limit: MESSAGES },
  );
  const texts = useHandlerTexts();
  const nodes = held.value?.nodes;
  const entries = log.value?.entries;
  // A process that has no handlers to look at (a program, a contract) is known by its traffic alone.
  const isKnown = (nodes !== undefined || held.error !== null) && (entries !== undefined || log.error !== null);
  return useMemo(
    () => (isKnown ? callShapes(heldHandlers(nodes ?? []), texts, entries ?? []) : undefined),
    [isKnown, nodes, entries, texts],
  );
}

const NO_TEXTS: readonly HandlerText[] = [];

/** What the files of the project say of handlers. */
function useHandlerTexts(): readonly HandlerText[] {
  const app = useApp();
  const files = useStore(app.workspace, (state) => state.entries);
  const [texts, setTexts] = useState(NO_TEXTS);
  useEffect(() => {
    let isGone = false;
    const language = projectLanguage(app);
    const paths = files.filter(({ path, kind }) => kind === 'file' && path.endsWith('.lua') && !path.endsWith('.test.lua'));
    const ask = async (): Promise<readonly HandlerText[]> => {
      await language.whenRead();
      return (await Promise.all(paths.map(({ path }) => language.client.ask('handlers', [path])))).flat();
    };
    ask().then(
      (rows) => !isGone && setTexts(rows),
      // Without the language the fields are those that were seen.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [app, files]);
  return texts;
}
