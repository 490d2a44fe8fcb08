import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AoError } from '../contract/errors.ts';
import { toItemId } from '../contract/ids.ts';
import { unpackFacts } from '../contract/packed-facts.ts';
import { numberOf, openDatabase, type Database } from './database.ts';
import { createGroupCommit } from './group-commit.ts';
import { createJournal, JOURNAL_TABLE } from './journal.ts';

const SCHEMA = [`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL); ${JOURNAL_TABLE}`];

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
const open = (path: string, schema = SCHEMA): Database => {
  const database = openDatabase(path, schema, 'full');
  onTestFinished(() => database.close());
  return database;
};
const count = (database: Database): number => numberOf(database.get('SELECT count(*) AS count FROM notes') ?? {}, 'count');
const fill = (database: Database): void => {
  for (let n = 0; n < 200; n++) database.run('INSERT INTO notes (text) VALUES (?)', 'x'.repeat(10_000));
};

describe('a disk that is full', () => {
  const fullDatabase = (): Database => {
    const database = open(join(folder(), 'a.db'));
    database.exec('PRAGMA max_page_count = 40');
    return database;
  };

  it('is told as DISK_FULL with its path, nothing of the transaction stays, and the database goes on', () => {
    const database = fullDatabase();
    expect(() => database.transaction(() => fill(database))).toThrow(
      expect.objectContaining({ code: 'DISK_FULL', message: expect.stringContaining('a.db') }) as AoError,
    );
    expect(count(database)).toBe(0);
    database.transaction(() => database.run('INSERT INTO notes (text) VALUES (?)', 'small'));
    expect(count(database)).toBe(1);
  });

  it('is told to everyone whose write shared the commit', async () => {
    const database = fullDatabase();
    const commits = createGroupCommit(database);
    const results = await Promise.allSettled([
      commits.add(() => fill(database)),
      commits.add(() => database.run('INSERT INTO notes (text) VALUES (?)', 'small')),
    ]);
    expect(results.map((one) => one.status === 'rejected' && (one.reason as AoError).code)).toEqual(['DISK_FULL', 'DISK_FULL']);
    expect(count(database)).toBe(0);
  });
});

describe('a database file', () => {
  it('that is none is refused with its path and reason', () => {
    const path = join(folder(), 'a.db');
    writeFileSync(path, 'this is no database'.repeat(1000));
    expect(() => open(path)).toThrow(expect.objectContaining({ code: 'STORE_BROKEN', message: expect.stringContaining(path) }) as AoError);
  });

  it('whose middle was destroyed is told when it is read', () => {
    const path = join(folder(), 'a.db');
    const first = openDatabase(path, SCHEMA, 'full');
    first.transaction(() => fill(first));
    first.get('PRAGMA wal_checkpoint(TRUNCATE)');
    first.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 4096, bytes.length - 4096));
    expect(() => count(open(path))).toThrow(expect.objectContaining({ code: 'STORE_BROKEN' }) as AoError);
  });

  it('whose last writes are torn opens with all that was written before', () => {
    const dir = folder();
    const path = join(dir, 'a.db');
    const database = open(path);
    for (let n = 0; n < 10; n++) database.transaction(() => database.run('INSERT INTO notes (text) VALUES (?)', 'x'.repeat(1000)));
    const torn = join(dir, 'torn.db');
    copyFileSync(path, torn);
    copyFileSync(`${path}-wal`, `${torn}-wal`);
    truncateSync(`${torn}-wal`, readFileSync(`${torn}-wal`).length - 100);
    expect(count(open(torn))).toBe(9);
  });

  it('of an older version is kept as a whole copy before it is changed, once, which that version opens', () => {
    const path = join(folder(), 'a.db');
    const first = openDatabase(path, SCHEMA, 'full');
    first.run('INSERT INTO notes (text) VALUES (?)', 'before');
    first.close();
    const next = [...SCHEMA, 'ALTER TABLE notes ADD COLUMN colour TEXT; DELETE FROM notes'];
    expect(count(open(path, next))).toBe(0);
    expect(count(open(`${path}.v1.bak`))).toBe(1);
    // The copy of a version before goes when there is a newer one.
    expect(count(open(path, [...next, 'DELETE FROM notes']))).toBe(0);
    expect(existsSync(`${path}.v1.bak`)).toBe(false);
    expect(existsSync(`${path}.v2.bak`)).toBe(true);
    // A new one has nothing to be kept.
    const fresh = join(folder(), 'b.db');
    open(fresh, next);
    expect(existsSync(`${fresh}.v1.bak`)).toBe(false);
  });

  it('of what can be had again is brought up to date without a copy of the old one', () => {
    const path = join(folder(), 'a.db');
    openDatabase(path, SCHEMA, 'normal').close();
    openDatabase(path, [...SCHEMA, 'DELETE FROM notes'], 'normal').close();
    expect(existsSync(`${path}.v1.bak`)).toBe(false);
  });

  it('of an older version is brought up to date once, and one that is newer is refused', () => {
    const path = join(folder(), 'a.db');
    openDatabase(path, SCHEMA, 'full').close();
    const next = [...SCHEMA, "ALTER TABLE notes ADD COLUMN colour TEXT; INSERT INTO notes (text) VALUES ('made')"];
    openDatabase(path, next, 'full').close();
    expect(count(open(path, next))).toBe(1);
    expect(() => open(path)).toThrow(
      expect.objectContaining({ code: 'STORE_BROKEN', message: expect.stringContaining('newer') }) as AoError,
    );
  });

  it('whose step to the next version fails stays as it was', () => {
    const path = join(folder(), 'a.db');
    openDatabase(path, SCHEMA, 'full').close();
    expect(() => open(path, [...SCHEMA, 'CREATE TABLE half (a INTEGER); CREATE TABLE notes (b INTEGER)'])).toThrow(AoError);
    const database = open(path, [...SCHEMA, 'CREATE TABLE half (a INTEGER)']);
    expect(database.get('SELECT count(*) AS count FROM half')).toMatchObject({ count: 0 });
  });
});

it('facts are announced once they are written, in order, and go on counting after a restart', () => {
  const path = join(folder(), 'a.db');
  const announced: number[] = [];
  const open2 = (): { database: Database; journal: ReturnType<typeof createJournal> } => {
    const database = openDatabase(path, SCHEMA, 'full');
    return { database, journal: createJournal(database, 'mu', (facts) => announced.push(...facts.map(({ seq }) => seq))) };
  };
  const journey = 'J'.repeat(43);
  const first = open2();
  first.journal.record({ kind: 'gateway.rejected', id: journey, code: 'UNEXPECTED', message: 'a' });
  expect(announced).toEqual([]);
  first.journal.close();
  first.database.close();
  const second = open2();
  second.journal.record({ kind: 'gateway.rejected', id: journey, code: 'UNEXPECTED', message: 'b' });
  expect(second.journal.read({ after: 0, limit: 10 })).toMatchObject({ facts: [{ seq: 1 }, { seq: 2 }], last: 2 });
  second.journal.close();
  second.database.close();
  expect(announced).toEqual([1, 2]);
});

it('a window is given facts as columns, without what it does not show, and knows up to where it has read', () => {
  const database = open(join(folder(), 'a.db'));
  const journal = createJournal(database, 'gateway', () => undefined);
  const id = toItemId('I'.repeat(43));
  const accepted = { kind: 'gateway.accepted', id, type: 'Message', dataBytes: 1 } as const;
  const rejected = { kind: 'gateway.rejected', id, code: 'UNEXPECTED', message: 'a' } as const;
  for (const body of [accepted, rejected, accepted, accepted]) journal.record(body);
  const read = (after: number, limit: number): unknown => {
    const { facts, last, packed } = journal.read({ after, limit, isPacked: true });
    return { facts, last, to: packed?.to, shown: packed === undefined ? null : unpackFacts(packed) };
  };
  expect(read(0, 1)).toMatchObject({ facts: [], last: 4, to: 2, shown: [{ kind: 'gateway.rejected', seq: 2 }] });
  expect(read(0, 3)).toMatchObject({ facts: [], last: 4, to: 4, shown: [{ kind: 'gateway.rejected', seq: 2 }] });
  expect(read(3, 3)).toEqual({ facts: [], last: 4, to: 4, shown: [] });
  expect(read(4, 3)).toEqual({ facts: [], last: 4, to: 4, shown: [] });
  journal.close();
});
