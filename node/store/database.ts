import Libsql from 'libsql';
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AoError, reasonOf } from '../contract/errors.ts';
import { readWriteAhead, type CutTail, type WriteAhead } from './write-ahead.ts';

export type SqlValue = string | number | bigint | null | Uint8Array;
/** 'full' survives a power loss after each commit; 'normal' may then lose the last commits, in order, and never breaks. */
export type Sync = 'full' | 'normal';
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * All that the units ask of a database: one SQLite file per unit, in WAL mode. Six methods, so that another binding
 * can stand in. Every one but `close` throws AoError DISK_FULL where there is no room, and STORE_BROKEN for what else the
 * database refuses (a broken file).
 */
export interface Database {
  /** What was half written when the last run ended, and is gone; null where there was nothing. */
  readonly cut: CutTail | null;
  exec(sql: string): void;
  run(sql: string, ...values: readonly SqlValue[]): void;
  /** First row, or undefined. */
  get(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined;
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  /** All or nothing. @param sync how it is synced; the database's own way when absent. */
  transaction<T>(work: () => T, sync?: Sync): T;
  close(): void;
}

/** libsql gives blobs as Buffer from `get` and as ArrayBuffer from `all`. */
type RawRow = Readonly<Record<string, SqlValue | ArrayBuffer>>;

function withBytes(row: RawRow): SqlRow {
  // Most rows hold no bytes, and a page has thousands of them.
  if (!holdsBytes(row)) return row as SqlRow;
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
  );
}

function holdsBytes(row: RawRow): boolean {
  for (const column in row) if (row[column] instanceof ArrayBuffer) return true;
  return false;
}

interface Statement {
  run(...values: SqlValue[]): unknown;
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown;
}

/**
 * Opens the file at `path`, made with its folder when missing, and brings its tables up to date: `schema[i]` turns
 * version i into version i + 1 and is never edited once released. Where the last run was cut off, its pages are looked
 * through first: what a loss of power has broken is told now, and not by the first message that meets it. Of one that is synced fully a
 * copy is kept before it is brought up to date.
 * @param sync how transactions are synced that do not say otherwise.
 * @throws AoError STORE_BROKEN, DISK_FULL.
 */
export function openDatabase(path: string, schema: readonly string[], sync: Sync): Database {
  let raw: Libsql.Database | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const left = readWriteAhead(path);
    raw = new Libsql(path);
    raw.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync}; PRAGMA busy_timeout = 2000;`);
    const database = wrap(raw, path, sync, left === null ? null : takeOver(raw, left));
    migrate(database, schema, path, sync);
    return database;
  } catch (error) {
    raw?.close();
    throw broken(path, error);
  }
}

/** @returns what of it was left out. @throws Error when a page of the database is broken. */
function takeOver(raw: Libsql.Database, left: WriteAhead): CutTail | null {
  const first = (sql: string): unknown => Object.values(Object(raw.prepare(sql).get()))[0];
  const check = first('PRAGMA quick_check(1)');
  if (check !== 'ok') throw new Error(`its pages do not fit together: ${String(check)}`);
  const { log } = Object(raw.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()) as { readonly log?: number };
  return left.cutAfter(log ?? 0);
}

function broken(path: string, error: unknown): AoError {
  if (error instanceof AoError) return error;
  return isFull(path, error) ? new AoError('DISK_FULL', { path }) : new AoError('STORE_BROKEN', { path, reason: reasonOf(error) });
}

/** SQLite wants a page or two, and the index of its write-ahead file 32 KiB. */
const ROOM_MIN = 64 * 1024;

/** SQLite says it of what it writes; of the files beside the database it says only that they failed. */
function isFull(path: string, error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return true;
  if (!code.startsWith('SQLITE_IOERR') && code !== 'SQLITE_CANTOPEN') return false;
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < ROOM_MIN;
  } catch {
    return false;
  }
}

function wrap(raw: Libsql.Database, path: string, ownSync: Sync, cut: CutTail | null): Database {
  let syncNow = ownSync;
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw broken(path, error);
    }
  };
  const rollBack = (): void => {
    try {
      raw.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself where the disk is full: the first error is the one that counts.
    }
  };
  const prepared = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const made: Statement = raw.prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  return {
    cut,
    exec: (sql) => told(() => void raw.exec(sql)),
    run: (sql, ...values) => told(() => void statement(sql).run(...values)),
    get: (sql, ...values) => told(() => statement(sql).get(...values) as SqlRow | undefined),
    all: (sql, ...values) => told(() => statement(sql).all(...values) as RawRow[]).map(withBytes),
    transaction(work, sync = ownSync) {
      told(() => {
        if (sync !== syncNow) raw.exec(`PRAGMA synchronous = ${sync}`);
        syncNow = sync;
        raw.exec('BEGIN IMMEDIATE');
      });
      try {
        const result = work();
        told(() => raw.exec('COMMIT'));
        return result;
      } catch (error) {
        rollBack();
        throw error;
      }
    },
    close() {
      prepared.clear();
      raw.close();
    },
  };
}

function migrate(database: Database, schema: readonly string[], path: string, sync: Sync): void {
  const version = Number(database.get('PRAGMA user_version')?.['user_version'] ?? 0);
  if (version > schema.length) throw new Error(`a newer aoscope wrote it (version ${version}, this one knows ${schema.length})`);
  if (version === schema.length) return;
  // What may lose its last commits can be had again from elsewhere: an old copy of it is worth nothing, and may be large.
  if (version > 0 && sync === 'full') keepFormer(database, path, version);
  for (let step = version; step < schema.length; step++) {
    database.transaction(() => {
      database.exec(schema[step] ?? '');
      database.exec(`PRAGMA user_version = ${step + 1}`);
    });
  }
}

/**
 * A whole copy of what an older version wrote, `PATH.vVERSION.bak`, before it is changed: with it that version goes on. One that is
 * there from an update that was cut off stays; those of versions before are let go.
 */
function keepFormer(database: Database, path: string, version: number): void {
  const copy = `${path}.v${version}.bak`;
  if (existsSync(copy)) return;
  const aside = `${copy}.new`;
  rmSync(aside, { force: true });
  database.run('VACUUM INTO ?', aside);
  renameSync(aside, copy);
  for (let before = 1; before < version; before++) rmSync(`${path}.v${before}.bak`, { force: true });
}

/** A column as text. @throws Error when it holds something else: a broken row must not pass. */
export function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`column ${column} holds no text`);
  return value;
}

/** A column as a whole number. @throws Error as {@link textOf}. */
export function numberOf(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new Error(`column ${column} holds no number`);
  return Number(value);
}

/** A column as bytes. @throws Error as {@link textOf}. */
export function bytesOf(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new Error(`column ${column} holds no bytes`);
  return value;
}
