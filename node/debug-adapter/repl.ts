import type { DebugProtocol } from '@vscode/debugprotocol';
import { AoError } from '../contract/errors.ts';
import { toSlot } from '../contract/ids.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../contract/recording.ts';
import type { Debug, Opened, Reply } from './debug.ts';
import type { FrameAt } from './values.ts';

/** What the console takes besides expressions: the time axis, which the protocol has no words for. */
const COMMANDS = {
  slot: ':slot N            go to the first line of slot N',
  why: ':why EXPR          who wrote a value, for which message, and what began it',
  changes: ':changes EXPR      every slot that changed a value, newest first',
  find: ':find CONDITION    slots after which a condition holds, newest first',
  help: ':help              this text',
} as const;

const HITS_MAX = 50;
const BUDGET_MS = 500;

/** A command of the console, without its colon. @throws AoError DEBUG_ARGUMENTS; others as the node. */
export async function runCommand(debug: Debug, frame: FrameAt, text: string, signal: AbortSignal): Promise<Reply> {
  const opened = debug.opened();
  const [, name = '', rest = ''] = /^(\w+)\s*(.*)$/s.exec(text) ?? [];
  const { process, slot } = frame.place;
  const thread = opened.threads.of(process);
  if (name === 'slot' && /^\d+$/.test(rest) && thread !== null) {
    const place = { process, slot: toSlot(Number(rest)), tick: null };
    await opened.engine.ask('cu.result', place);
    return { ...said(`slot ${rest}`), after: () => opened.run.enter(thread, place, 'goto') };
  }
  if (name === 'why' && rest !== '') return said(await whyText(opened, frame, rest, signal));
  if (name === 'changes' && rest !== '') return said(await hitsText(opened, frame, { kind: 'change', expression: rest }, slot, signal));
  if (name === 'find' && rest !== '') return said(await hitsText(opened, frame, { kind: 'condition', expression: rest }, slot, signal));
  if (name === 'help') return said(Object.values(COMMANDS).join('\n'));
  throw new AoError('DEBUG_ARGUMENTS', {
    reason: `the console takes expressions, and ${Object.keys(COMMANDS)
      .map((one) => `:${one}`)
      .join(', ')}`,
  });
}

const said = (result: string): Reply => ({ body: { result, variablesReference: 0 } });

async function whyText({ engine, threads }: Opened, { place }: FrameAt, expression: string, signal: AbortSignal): Promise<string> {
  const { links, origin } = await engine.ask('cu.why', { process: place.process, slot: place.slot, expression }, signal);
  const lines = links.map(({ process, slot, did, place: at, change, message }) => {
    const where = at === null ? 'the runtime' : `${at.chunk.replace(/^[@=]/, '')}:${at.line}`;
    const what = did === 'wrote' ? `wrote it${change === null ? '' : `: ${change.before} → ${change.after}`}` : 'sent that';
    return `${threads.label(process)} slot ${slot}  ${where} ${what}, for ${message.action ?? 'a message'} from ${threads.label(message.from)}`;
  });
  return [...lines, `origin: ${origin}`].join('\n');
}

async function hitsText({ engine }: Opened, { place }: FrameAt, query: HistoryQuery, newest: number, signal: AbortSignal): Promise<string> {
  const hits: HistoryHit[] = [];
  for (let from: HistoryPage['next'] = toSlot(newest); from !== null && hits.length < HITS_MAX;) {
    const part = { from, direction: 'backwards', isSampled: false, limit: HITS_MAX, budgetMs: BUDGET_MS } as const;
    const page: HistoryPage = await engine.ask('cu.search', { process: place.process, query, ...part }, signal);
    hits.push(...page.hits);
    from = page.next;
  }
  if (hits.length === 0) return 'nothing was found';
  const lines = hits
    .slice(0, HITS_MAX)
    .map(({ slot, before, text }) => `slot ${slot}  ${before === null ? '' : `${before} → `}${text ?? ''}`);
  return [...lines, ...(hits.length > HITS_MAX ? ['…'] : [])].join('\n');
}

/** What may follow in the console: names in sight, keys of a table, commands. */
export async function completions(opened: Opened, frame: FrameAt, before: string): Promise<DebugProtocol.CompletionItem[]> {
  if (/^:\w*$/.test(before))
    return Object.keys(COMMANDS).map((name) => ({ label: `:${name}`, type: 'keyword', start: 0, length: before.length }));
  const { values } = opened;
  const [, base = '', word = ''] = /((?:[A-Za-z_]\w*[.:])*)([A-Za-z_]\w*)?$/.exec(before) ?? [];
  const labelled = (names: readonly string[], type: DebugProtocol.CompletionItemType): DebugProtocol.CompletionItem[] =>
    names.filter((name) => /^[A-Za-z_]\w*$/.test(name) && name.startsWith(word)).map((label) => ({ label, type, length: word.length }));
  if (base !== '') {
    const reference = await values.openable(frame, base.slice(0, -1).replaceAll(':', '.'));
    const inside = reference === 0 ? [] : ((await values.variables(reference, {})) ?? []);
    return labelled(
      inside.map(({ name }) => name),
      'field',
    );
  }
  const level = (await values.framesAt(frame.place))[frame.level ?? -1];
  const scopes = await values.scopes(frame);
  const globals = scopes.find(({ name }) => name === 'Globals')?.variablesReference ?? 0;
  const names = ((await values.variables(globals, {})) ?? []).map(({ name }) => name);
  const local = [...(level?.locals ?? []), ...(level?.upvalues ?? [])].map(({ name }) => name);
  return [...labelled([...new Set(local)], 'variable'), ...labelled(names, 'value')];
}
