import { fileOf, hitsIn, type InsideView } from '../../node/contract/inside-view.ts';
import type { EvaluationPlace, HistoryHit, HistoryQuery } from '../../node/contract/recording.ts';
import { expressionAt } from '../model/inside-words.ts';
import { nameOf, withNames } from '../model/lookup.ts';
import { hitWords, sparkline } from '../model/value-history.ts';
import type { World } from '../model/world.ts';
import { answersOf } from '../stores/answers.ts';
import type { App } from '../stores/app-context.ts';
import { askLanguage } from './ask-language.ts';
import { momentOf } from './file-process.ts';
import { pathOf } from './models.ts';
import { monaco } from './monaco.ts';

const known = new WeakSet<App>();
const GO = 'aoscope.goToHit';
/** Values of the past that are told, and how long they are looked for. */
const HISTORY_MAX = 12;
const SHOWN_MAX = 5;
const HISTORY_MS = 400;

/** Where a value of the past stands. */
interface ValuePlace {
  readonly place: EvaluationPlace;
  readonly step: number | null;
}

/** What a name is at the line in focus and what it was before, shown where the mouse rests on it. */
export function showValuesOnHover(app: App): void {
  if (known.has(app)) return;
  known.add(app);
  // A value of the past is a place: a click goes there.
  monaco.editor.registerCommand(GO, (_, { place, step }: ValuePlace) => void app.branch.getState().toPlace(place, step));
  monaco.languages.registerHoverProvider('lua', {
    async provideHover(model, position, token) {
      const { view, frame } = app.inside.getState();
      const { step } = app.focus.getState().focus;
      const path = model.uri.path.slice(1);
      const isInside = view !== null && hitsIn(view, path).size > 0;
      if (!isInside) return afterSlot(app, model, position, token);
      const word = model.getWordAtPosition(position);
      const expression = word === null ? null : expressionAt(model.getLineContent(position.lineNumber), word.endColumn - 1);
      if (word === null || expression === null) return null;
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const args = { ...view.place, step, frame: step === null ? 0 : frame, expression };
      const value = await answersOf(app.link)
        .ask('cu.expression', args, stop.signal)
        .catch(() => null); // A hover that cannot be answered shows nothing.
      if (value === null || value.kind === 'error') return null;
      const history = await historyOf(app, view, path, position.lineNumber, expression, stop.signal).catch(() => null);
      const { world } = app.world.getState();
      const where = step === null ? `after slot ${view.place.slot}` : `at this step of slot ${view.place.slot}`;
      return {
        range: new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn),
        contents: [
          { value: `\`\`\`lua\n${expression} = ${withNames(world, value.preview)}\n\`\`\`` },
          { value: where },
          ...(history === null ? [] : pastOf(history, view.place, world)),
        ],
      };
    },
  });
}

/** What a global is after the slot in focus, where nobody looks inside of one. */
async function afterSlot(
  app: App,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
  token: monaco.CancellationToken,
): Promise<monaco.languages.Hover | null> {
  const path = pathOf(model.uri);
  const word = model.getWordAtPosition(position);
  const moment = path === null ? null : momentOf(app, path);
  const expression = word === null ? null : expressionAt(model.getLineContent(position.lineNumber), word.endColumn - 1);
  if (path === null || moment === null || word === null || expression === null) return null;
  // A local has no value after a slot, and may be called as a global is.
  const rootAt = model.getLineContent(position.lineNumber).lastIndexOf(expression, word.endColumn - 1);
  const meant = await askLanguage(app, 'hover', [path, model.getOffsetAt({ lineNumber: position.lineNumber, column: rootAt + 1 })], token);
  if (meant !== null && /^(?:local |\(parameter\))/.test(meant.code)) return null;
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  const place: EvaluationPlace = { ...moment, tick: null };
  const value = await answersOf(app.link)
    .ask('cu.expression', { ...place, step: null, frame: 0, expression }, stop.signal)
    .catch(() => null); // A hover that cannot be answered shows nothing.
  // Where nothing is shown, other hovers at the place do not wait for a search.
  if (value === null || value.kind === 'error' || value.kind === 'nil' || value.kind === 'function') return null;
  const history = await searchPast(app, place, { kind: 'change', expression }, stop.signal).catch(() => []);
  const { world } = app.world.getState();
  return {
    range: new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn),
    contents: [
      { value: `\`\`\`lua\n${expression} = ${withNames(world, value.preview)}\n\`\`\`` },
      { value: `\`${nameOf(world, moment.process).replaceAll('`', "'")}\` after slot ${moment.slot}` },
      ...pastOf({ words: 'Changes', hits: history }, place, world),
    ],
  };
}

interface ValueHistory {
  readonly words: string;
  /** Newest first. */
  readonly hits: readonly HistoryHit[];
}

/** A global: what changed it up to now. A local: what it was whenever this line ran. */
async function historyOf(
  app: App,
  view: InsideView,
  path: string,
  line: number,
  expression: string,
  signal: AbortSignal,
): Promise<ValueHistory | null> {
  const { step } = app.focus.getState().focus;
  const [name = ''] = /^\w+/.exec(expression) ?? [];
  const frames = step === null ? [] : (await answersOf(app.link).ask('cu.frames', { ...view.place, step }, signal)).frames;
  const frame = frames[app.inside.getState().frame];
  const isLocal = [...(frame?.locals ?? []), ...(frame?.upvalues ?? [])].some((one) => one.name === name);
  const ran = view.recording.hits.find((one) => {
    const at = fileOf(view, one.source, one.line);
    return at?.file === path && at.line === line;
  });
  const chunk = ran === undefined ? undefined : view.recording.sources[ran.source]?.chunk;
  if (isLocal && (ran === undefined || chunk === undefined)) return null;
  const query: HistoryQuery =
    isLocal && ran !== undefined && chunk !== undefined
      ? { kind: 'line', chunk, line: ran.line, condition: null, log: expression }
      : { kind: 'change', expression };
  return { words: isLocal ? 'Whenever this line ran' : 'Changes', hits: await searchPast(app, view.place, query, signal) };
}

async function searchPast(
  app: App,
  { process, slot, branch }: EvaluationPlace,
  query: HistoryQuery,
  signal: AbortSignal,
): Promise<readonly HistoryHit[]> {
  const part = { from: slot, direction: 'backwards', isSampled: false, limit: HISTORY_MAX, budgetMs: HISTORY_MS } as const;
  const { hits } = await app.link.ask('cu.search', { process, query, branch, ...part }, signal);
  return hits.slice(0, HISTORY_MAX);
}

function pastOf(history: ValueHistory, place: EvaluationPlace, world: World): monaco.IMarkdownString[] {
  if (history.hits.length === 0) return [];
  return [{ value: historyText(history, place, (text) => withNames(world, text)), isTrusted: { enabledCommands: [GO] } }];
}

function historyText({ words, hits }: ValueHistory, at: EvaluationPlace, named: (text: string) => string): string {
  const bars = sparkline(hits);
  const lines = hits.slice(0, SHOWN_MAX).map((hit) => {
    const { slot, tick, step } = hit;
    const link = `command:${GO}?${encodeURIComponent(JSON.stringify({ place: { ...at, slot, tick }, step } satisfies ValuePlace))}`;
    return `[slot ${slot}](${link}) \`${named(hitWords(hit)).replaceAll('`', "'")}\``;
  });
  return [`${words}${bars === null ? '' : ` ${bars}`}`, ...lines].join('  \n');
}
