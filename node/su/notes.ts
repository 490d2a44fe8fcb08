import { z } from 'zod';
import { toProcessId, toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import { tagValue, type Item, type Tag } from '../contract/item.ts';
import type { Note } from '../contract/note.ts';
import type { Json } from '../contract/outcome.ts';
import { buildItem, type SignedItem } from '../item/build.ts';
import type { Wallet } from '../item/wallet.ts';
import { numberOf, textOf, type Database, type SqlRow } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';

export const NOTES_TABLE = `CREATE TABLE notes (
    seq INTEGER PRIMARY KEY, process TEXT NOT NULL, slot INTEGER NOT NULL, key TEXT NOT NULL, note TEXT NOT NULL,
    UNIQUE (process, slot, key));
  CREATE TABLE uploaded_notes (seq INTEGER NOT NULL);
  INSERT INTO uploaded_notes VALUES (0);`;

/** Marks items that carry notes, with the version of their form. */
export const NOTES_TAG: Tag = { name: 'Log-Notes', value: '1' };

const verdict = z.object({ kind: z.enum(['gas', 'memory', 'time', 'stopped', 'unavailable']), limit: z.number() });
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);
const slot = z.number().int().min(0).transform(toSlot);
const tick = z.object({ cron: z.string(), timestampMs: z.number(), blockHeight: z.number() });
const notesForm = z.array(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('verdict'),
      slot,
      tick: z.number().int().min(0).nullable(),
      verdict,
      error: z.string(),
      output: json,
      gasUsed: z.number(),
    }),
    z.object({ kind: z.literal('ticks'), slot, first: z.number().int().min(0), ticks: z.array(tick) }),
  ]),
);

/** Notes of one process that the gateway has not been given yet. */
export interface PendingNotes {
  readonly process: ProcessId;
  readonly notes: readonly Note[];
  readonly lastSeq: number;
}

/** What was written down beside the logs. */
export interface Notes {
  /** On disk when it resolves. What is known of the same thing already stands. */
  keep(process: ProcessId, notes: readonly Note[]): Promise<void>;
  /** Those of the slots between the two (both included), in the order in which they were told. */
  between(process: ProcessId, from: Slot, to: Slot): readonly Note[];
  /** The oldest ones, by process; and whether one of them should not wait. */
  pending(limit: number): { readonly groups: readonly PendingNotes[]; readonly isUrgent: boolean };
  markUploaded(seq: number): void;
  /** The gateway has all of them: they came from there. */
  markAllUploaded(): void;
}

/** Opens the notes over the SU's database (tables of {@link NOTES_TABLE}). */
export function openNotes(database: Database): Notes {
  const commits = createGroupCommit(database);
  return {
    keep: (process, notes) =>
      commits.add(() => {
        for (const note of notes)
          database.run(
            'INSERT OR IGNORE INTO notes (process, slot, key, note) VALUES (?, ?, ?, ?)',
            process,
            note.slot,
            keyOf(note),
            JSON.stringify(note),
          );
      }),
    between: (process, from, to) =>
      database
        .all('SELECT note FROM notes WHERE process = ? AND slot >= ? AND slot <= ? ORDER BY slot, seq', process, from, to)
        .map(readNote),
    pending(limit) {
      const rows = database.all(
        'SELECT seq, process, note FROM notes WHERE seq > (SELECT seq FROM uploaded_notes) ORDER BY seq LIMIT ?',
        limit,
      );
      const groups = new Map<ProcessId, { readonly notes: Note[]; lastSeq: number }>();
      for (const row of rows) {
        const process = toProcessId(textOf(row, 'process'));
        const group = groups.get(process) ?? { notes: [], lastSeq: 0 };
        group.notes.push(readNote(row));
        group.lastSeq = numberOf(row, 'seq');
        groups.set(process, group);
      }
      const found = [...groups].map(([process, group]) => ({ process, ...group }));
      return { groups: found, isUrgent: rows.length === limit || found.some(({ notes }) => notes.some(({ kind }) => kind === 'verdict')) };
    },
    markAllUploaded: () => database.run('UPDATE uploaded_notes SET seq = (SELECT coalesce(max(seq), 0) FROM notes)'),
    markUploaded: (seq) => database.transaction(() => database.run('UPDATE uploaded_notes SET seq = max(seq, ?)', seq), 'normal'),
  };
}

function keyOf(note: Note): string {
  return note.kind === 'verdict' ? `verdict ${note.tick ?? ''}` : `ticks ${note.first}`;
}

/** Rows are our own: written by keep. */
function readNote(row: SqlRow): Note {
  return JSON.parse(textOf(row, 'note')) as Note;
}

/** Notes as they go to the gateway. @param lastSeq tells one item from the next. */
export function notesItem({ process, notes, lastSeq }: PendingNotes, wallet: Wallet): SignedItem {
  const tags = [NOTES_TAG, { name: 'Process', value: process }, { name: 'Content-Type', value: 'application/json' }];
  return buildItem(wallet, { anchor: String(lastSeq).padStart(32, 'n'), tags, data: JSON.stringify(notes) });
}

/** What an item made by {@link notesItem} holds; null when it is none. */
export function readNotes(item: Item, data: Uint8Array): { readonly process: ProcessId; readonly notes: readonly Note[] } | null {
  try {
    const process = toProcessId(tagValue(item.tags, 'Process') ?? '');
    return { process, notes: notesForm.parse(JSON.parse(Buffer.from(data).toString('utf8'))) };
  } catch {
    return null;
  }
}
