import { exactTerm, hasTerm, partyTerm, type TermUse } from '../model/filter-edit.ts';
import { nameOf } from '../model/lookup.ts';
import type { MessageRow } from '../model/rows.ts';
import type { World } from '../model/world.ts';
import type { App } from '../stores/app-context.ts';

/** Something a menu offers. */
interface Entry {
  readonly id: string;
  readonly title: string;
  run(): void;
}

/** One field of a message that can be asked for. */
export interface FieldTerm {
  /** The word of the filter. */
  readonly term: string;
  /** What a person calls it: `action Transfer`. */
  readonly words: string;
}

/** Use as filter and leave out, for a menu; each takes itself back where it holds already. */
export function filterEntries(app: App, { term, words }: FieldTerm): readonly Entry[] {
  const { flow } = app;
  const entry = (use: TermUse, title: string, undo: string): Entry => {
    const isOn = hasTerm(flow.getState().filter.text, term, use);
    return { id: `${use} ${term}`, title: isOn ? `${undo} ${words}` : `${title} ${words}`, run: () => applyTerm(app, term, use) };
  };
  return [entry('only', 'Only', 'No longer only'), entry('not', 'Leave out', 'No longer leave out')];
}

/** Puts a word into the filter of the Flow pane, and shows the pane. */
export function applyTerm(app: App, term: string, use: TermUse): void {
  app.flow.getState().applyTerm(term, use);
  app.flow.getState().used();
  app.ui.getState().dock?.show('flow');
}

/** Every field of a message by which others like it can be found. */
export function fieldsOf(
  world: World,
  row: MessageRow,
): Readonly<Record<'from' | 'to' | 'action' | 'slot' | 'status' | 'gas' | 'ms', FieldTerm | null>> {
  const party = (key: 'from' | 'to', id: string | null): FieldTerm | null => {
    if (id === null || id === '') return null;
    const name = nameOf(world, id);
    return { term: partyTerm(world, key, id), words: `${key} ${world.processById.has(id) ? name : `wallet ${name}`}` };
  };
  const isEvaluated = row.evaluatedAtMs !== null;
  return {
    from: party('from', row.from),
    to: party('to', row.to),
    action:
      row.cron !== null
        ? { term: 'cron', words: 'cron messages' }
        : row.action === null
          ? null
          : { term: exactTerm('action', row.action), words: `action ${row.action}` },
    slot: row.slot === null ? null : { term: `slot:${row.slot}`, words: `slot ${row.slot}` },
    status: { term: `status:${row.status}`, words: `status ${row.status}` },
    gas:
      isEvaluated && row.cron === null
        ? { term: `gas:>=${row.gasUsed}`, words: `gas of ${row.gasUsed.toLocaleString('en-US')} or more` }
        : null,
    ms: isEvaluated ? { term: `ms:>=${Number(row.durationMs.toFixed(1))}`, words: `${row.durationMs.toFixed(1)} ms or more` } : null,
  };
}

/** What a menu at a message offers: all its fields, or one of them. */
export function rowEntries(app: App, world: World, row: MessageRow, field: string | null): readonly Entry[] {
  const fields = Object.entries(fieldsOf(world, row)).flatMap(([name, term]) => (term === null ? [] : [{ name, term }]));
  const own = fields.filter(({ name }) => name === field);
  return (own.length > 0 ? own : fields.filter(({ name }) => name !== 'slot')).flatMap(({ term }) => filterEntries(app, term));
}
