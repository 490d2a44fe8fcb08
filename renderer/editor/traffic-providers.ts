import { processesOf } from '../commands/file-owner.ts';
import type { App } from '../stores/app-context.ts';
import { shortId } from '../widgets/short-id.ts';
import { exactTerm, partyTerm } from '../model/filter-edit.ts';
import { nameOf } from '../model/lookup.ts';
import { isPlainName, tagPlace } from '../model/tag-place.ts';
import { actionTraffic, sharedTerms, sharedTraffic, trafficWords, type ActionTraffic } from '../model/action-traffic.ts';
import { hitsInTests } from '../model/coverage.ts';
import { ownWallets } from '../model/own-wallets.ts';
import { askLanguage } from './ask-language.ts';
import { pathOf } from './models.ts';
import { monaco } from './monaco.ts';

const known = new WeakSet<App>();
const { languages } = monaco;
const FILTER = 'aoscope.filterFlow';
const FILTER_SHARED = 'aoscope.filterFlowOfAll';
const SHOW_TESTS = 'aoscope.showTests';
/** The texts over the handlers follow the traffic at this pace. */
const PACE_MS = 500;
/** Of a file that more processes are made of, the one in focus and all together are told. */
const EACH_MAX = 3;

/** Shows in the files of Lua what has run: who used a handler, what a global is at the moment that is looked at, and what was sent before. */
export function showTraffic(app: App): void {
  if (known.has(app)) return;
  known.add(app);
  const filter = (terms: readonly string[]): void => {
    app.flow.getState().setText(terms.join(' '));
    app.flow.getState().used();
    app.ui.getState().dock?.show('flow');
  };
  monaco.editor.registerCommand(FILTER, (_, terms: readonly string[]) => filter(terms));
  // Who else takes the action is looked up at the click: a lens does not follow the traffic of other files.
  monaco.editor.registerCommand(FILTER_SHARED, (_, path: string, action: string) =>
    filter(sharedTerms(app.world.getState().world, processesOf(app, path), action)),
  );
  monaco.editor.registerCommand(SHOW_TESTS, () => {
    // A failed test that is looked at stands in its place.
    app.tests.getState().select(null);
    app.ui.getState().dock?.show('tests');
  });
  showUses(app);
  offerSeen(app);
  offerSeenTags(app);
}

/** Tells when what was shown may be otherwise, not more often than at the pace. */
function paced(subscribe: (changed: () => void) => void): monaco.IEvent<void> {
  const emitter = new monaco.Emitter<void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  subscribe(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      emitter.fire();
    }, PACE_MS);
  });
  return emitter.event;
}

/** Tells whether what `read` gives is otherwise than at the last look. */
function watched(read: () => readonly unknown[]): () => boolean {
  let before: readonly unknown[] = [];
  return () => {
    const now = read();
    const isOther = now.length !== before.length || now.some((one, index) => one !== before[index]);
    before = now;
    return isOther;
  };
}

/** The files that are open in editors. */
const openPaths = (): readonly string[] => monaco.editor.getModels().flatMap((model) => pathOf(model.uri) ?? []);

/** Over each handler: how many messages it took, and from whom. */
function showUses(app: App): void {
  // Rows of processes are new where they have changed; who is new may give a sender its name.
  const isOther = watched(() => {
    const { processes, processById } = app.world.getState().world;
    return [processes.length, ...openPaths().flatMap((path) => processesOf(app, path).map((id) => processById.get(id)))];
  });
  const changed = paced((tell) => {
    // While others are busy, nothing is laid out anew under the hands of one who types.
    app.world.subscribe(() => {
      if (isOther()) tell();
    });
    app.plan.subscribe(tell);
    app.focus.subscribe((state, before) => {
      if (state.focus.process !== before.focus.process) tell();
    });
    // Senders go by the names of wallets and of the address book.
    app.call.subscribe((state, before) => {
      if (state.wallets !== before.wallets || state.book !== before.book) tell();
    });
    app.tests.subscribe((state, before) => {
      if (state.coverage !== before.coverage) tell();
    });
    app.workspace.subscribe((state, before) => {
      if (state.status?.wallet !== before.status?.wallet) tell();
    });
  });
  const provider: monaco.languages.CodeLensProvider = {
    async provideCodeLenses(model, token) {
      const path = pathOf(model.uri);
      const rows = path === null ? null : await askLanguage(app, 'handlers', [path], token);
      if (path === null || rows === null) return null;
      const { world } = app.world.getState();
      const { wallets, book } = app.call.getState();
      const own = ownWallets(app.workspace.getState().status?.wallet ?? null, wallets, book);
      const processes = processesOf(app, path);
      const focused = app.focus.getState().focus.process;
      const covered = app.tests.getState().coverage?.find(({ file }) => file === path);
      const lenses = rows.flatMap(({ name, action, start }) => {
        const { lineNumber } = model.getPositionAt(start);
        const range = new monaco.Range(lineNumber, 1, lineNumber, 1);
        const hits = hitsInTests(covered, name, lineNumber);
        const inTests = hits === null ? [] : [{ range, command: { id: SHOW_TESTS, title: testWords(hits), tooltip: 'Show the coverage' } }];
        if (action === null) return inTests;
        const wordsOf = (traffic: ActionTraffic | undefined): string =>
          traffic === undefined ? 'no messages yet' : trafficWords(world, traffic, own);
        const each = processes.length > EACH_MAX ? processes.filter((one) => one === focused) : processes;
        const lenses = each.map((process) => {
          const words = wordsOf(actionTraffic(world, process).get(action));
          const title = processes.length > 1 ? `${nameOf(world, process)}: ${words}` : words;
          const terms = [partyTerm(world, 'to', process), exactTerm('action', action)];
          return { range, command: { id: FILTER, title, tooltip: 'Show them in Flow', arguments: [terms] } };
        });
        if (processes.length <= EACH_MAX) return [...lenses, ...inTests];
        const title = `all ${processes.length}: ${wordsOf(sharedTraffic(world, processes, action))}`;
        const all = { range, command: { id: FILTER_SHARED, title, tooltip: 'Show them in Flow', arguments: [path, action] } };
        return [...lenses, all, ...inTests];
      });
      return { lenses, dispose: () => undefined };
    },
  };
  // It is told with the provider's own event: the type asks for the provider itself.
  languages.registerCodeLensProvider('lua', { ...provider, onDidChange: (listener) => changed(() => listener(provider)) });
}

function testWords(hits: number): string {
  return hits === 0 ? 'never ran in tests' : `${hits.toLocaleString('en-US')}× in tests`;
}

/** In quotes: actions, names of tags and processes that there are. */
function offerSeen(app: App): void {
  languages.registerCompletionItemProvider('lua', {
    triggerCharacters: ['"', "'"],
    async provideCompletionItems(model, position) {
      const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1);
      const [, lead, typed] = /(?:^|[\s{(,[=])([\w.[]*\s*(?:=|==|~=|\(|\[)?)\s*["']([^"']*)$/.exec(before) ?? [];
      if (lead === undefined || typed === undefined || (before.match(/["']/g) ?? []).length % 2 === 0) return null;
      const range = new monaco.Range(position.lineNumber, position.column - typed.length, position.lineNumber, position.column);
      const found = await seenFor(app, lead);
      return {
        suggestions: found.map(({ label, insert, detail }) => ({
          label,
          insertText: insert,
          filterText: label,
          detail,
          kind: languages.CompletionItemKind.Value,
          sortText: `9${label}`,
          range,
        })),
      };
    },
  });
}

/** The names of tags that messages had, where a field of a message or a key of what is sent stands. */
function offerSeenTags(app: App): void {
  languages.registerCompletionItemProvider('lua', {
    triggerCharacters: ['.'],
    async provideCompletionItems(model, position) {
      const place = tagPlace(
        model.getValueInRange({ startLineNumber: 1, startColumn: 1, endLineNumber: position.lineNumber, endColumn: position.column }),
      );
      if (place === null) return null;
      const range = new monaco.Range(position.lineNumber, position.column - place.typed.length, position.lineNumber, position.column);
      const found = await seenTags(app, null);
      return {
        suggestions: found.flatMap(({ label, detail }) =>
          isPlainName(label)
            ? [
                {
                  label,
                  detail,
                  insertText: place.isKey ? `${label} = ` : label,
                  kind: languages.CompletionItemKind.Field,
                  sortText: `5${label}`,
                  range,
                },
              ]
            : [],
        ),
      };
    },
  });
}

interface SeenOffer {
  readonly label: string;
  readonly insert: string;
  readonly detail: string;
}

const SEEN_MAX = 50;

async function seenFor(app: App, lead: string): Promise<readonly SeenOffer[]> {
  if (/\b(?:Target|Recipient|To|From|Process|Token|Owner)\b/.test(lead)) {
    const { processes } = app.world.getState().world;
    return processes.map(({ id, name }) => ({ label: name ?? shortId(id), insert: id, detail: `process ${shortId(id)}` }));
  }
  const isTagName = /(?:Tags|msg|message|m)\s*\[$/.test(lead);
  const isAction = /\bAction\b/.test(lead) || /^Handlers\.\w+\($/.test(lead);
  if (!isTagName && !isAction) return [];
  return seenTags(app, isTagName ? null : 'Action');
}

/** The values of a tag, or the names of all where that is null, the most frequent first. */
async function seenTags(app: App, name: string | null): Promise<readonly SeenOffer[]> {
  // What cannot be asked offers nothing.
  const { seen } = await app.link.ask('su.tags', { name, part: '', limit: SEEN_MAX }).catch(() => ({ seen: [] }));
  return seen.map(({ text, count }) => ({ label: text, insert: text, detail: `${count} ${count === 1 ? 'message' : 'messages'}` }));
}
