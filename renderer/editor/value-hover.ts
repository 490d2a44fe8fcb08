import { hitsIn } from '../model/inside.ts';
import { expressionAt } from '../model/inside-words.ts';
import { withNames } from '../model/lookup.ts';
import { answersOf } from '../stores/answers.ts';
import type { App } from '../stores/app-context.ts';
import { monaco } from './monaco.ts';

const known = new WeakSet<App>();

/** What a name is at the line in focus, shown where the mouse rests on it. */
export function showValuesOnHover(app: App): void {
  if (known.has(app)) return;
  known.add(app);
  monaco.languages.registerHoverProvider('lua', {
    async provideHover(model, position, token) {
      const { view, frame } = app.inside.getState();
      const { step } = app.focus.getState().focus;
      const path = model.uri.path.slice(1);
      if (view === null || hitsIn(view, path).size === 0) return null;
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
      const where = step === null ? `after slot ${view.place.slot}` : `at this step of slot ${view.place.slot}`;
      return {
        range: new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn),
        contents: [
          { value: `\`\`\`lua\n${expression} = ${withNames(app.world.getState().world, value.preview)}\n\`\`\`` },
          { value: where },
        ],
      };
    },
  });
}
