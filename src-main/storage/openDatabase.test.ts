import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './Database.ts';
import { migrations } from './migrations.ts';
import type { Migration } from './migrate.ts';
import { openDatabase } from './openDatabase.ts';

const notes: Migration[] = [{ name: 'notes', sql: 'CREATE TABLE notes (text TEXT NOT NULL) STRICT' }];

let folder: string;
let file: string;
const opened: Database[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-database-'));
  file = join(folder, 'store', 'cases.db');
});

afterEach(async () => {
  for (const database of opened.splice(0)) database.close();
  await rm(folder, { recursive: true, force: true });
});

async function openNotes(steps = notes): Promise<Database> {
  const database = await openDatabase(file, steps);
  opened.push(database);
  return database;
}

/** The value of a pragma on the connection itself. */
function pragma(database: Database, source: string): unknown {
  return database.prepare(`PRAGMA ${source}`).pluck().get();
}

async function write(database: Database, text: string): Promise<void> {
  await Promise.resolve();
  database.write(() => database.prepare<[string]>('INSERT INTO notes VALUES (?)').run(text));
}

function texts(database: Database): unknown[] {
  return database.read(() => database.prepare('SELECT text FROM notes').pluck().all());
}

describe('version', () => {
  it('changes with what is written, by this connection or another, and with nothing else', async () => {
    const [one, other] = [await openNotes(), await openNotes()];
    const first = one.version();
    texts(one);
    expect(one.version()).toBe(first);
    await write(one, 'mine');
    const second = one.version();
    expect(second).not.toBe(first);
    await write(other, 'theirs');
    const third = one.version();
    expect([first, second]).not.toContain(third);
    expect(one.version()).toBe(third);
  });
});

describe('openDatabase', () => {
  it('syncs every commit, checks references and belongs to the user alone', async () => {
    const database = await openNotes();
    expect(pragma(database, 'journal_mode')).toBe('wal');
    expect(pragma(database, 'synchronous')).toBe(2);
    expect(pragma(database, 'foreign_keys')).toBe(1);
    if (process.platform === 'win32') return;
    await write(database, 'x');
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    for (const name of [file, `${file}-wal`, `${file}-shm`])
      expect((await stat(name)).mode & 0o777).toBe(0o600);
  });

  it('keeps what it holds when opened again', async () => {
    await write(await openNotes(), 'kept');
    expect(texts(await openNotes())).toEqual(['kept']);
  });

  it('undoes a write that fails half-way', async () => {
    const database = await openNotes();
    const halfWay = () =>
      database.write(() => {
        database.prepare<[string]>('INSERT INTO notes VALUES (?)').run('half');
        throw new Error('stop');
      });
    expect(halfWay).toThrow('stop');
    expect(texts(database)).toEqual([]);
  });

  it('refuses a database of a newer version and leaves it as it is', async () => {
    await openDatabase(file, notes).then((database) => database.close());
    const future = new Sqlite(file);
    future.pragma('user_version = 7');
    future.close();
    await expect(openNotes()).rejects.toMatchObject({
      code: 'store-from-newer-version',
      detail: { found: 7, known: 1 },
    });
    expect(new Sqlite(file).pragma('user_version', { simple: true })).toBe(7);
  });

  it('refuses a file that is no database', async () => {
    await mkdir(dirname(file));
    await writeFile(file, 'these are not the cases that you are looking for\n'.repeat(200));
    await expect(openNotes()).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('refuses a database with a damaged page', async () => {
    const database = await openDatabase(file, notes);
    for (let page = 0; page < 50; page++) await write(database, 'x'.repeat(4000));
    database.close();
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(4096, 0xa5), 0, 4096, 4096);
    await handle.close();
    const before = await readFile(file);
    await expect(openNotes()).rejects.toMatchObject({ code: 'store-damaged' });
    expect(before.equals(await readFile(file))).toBe(true);
  });

  it('says that a folder cannot be had', async () => {
    await writeFile(join(folder, 'file'), '');
    file = join(folder, 'file', 'cases.db');
    await expect(openNotes()).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it.skipIf(process.platform === 'win32')('says that a folder may not be written', async () => {
    await mkdir(dirname(file), { mode: 0o555 });
    const isRoot = process.geteuid?.() === 0;
    // Root may write everywhere: become nobody for this one call.
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(openNotes()).rejects.toMatchObject({ code: 'store-unavailable' });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('reports a full disk, loses nothing by it, and goes on when there is room again', async () => {
    const database = await openNotes();
    await write(database, 'before');
    const pages = pragma(database, 'page_count') as number;
    pragma(database, `max_page_count = ${pages + 2}`);
    await expect(write(database, 'x'.repeat(100_000))).rejects.toMatchObject({ code: 'disk-full' });
    expect(texts(database)).toEqual(['before']);
    pragma(database, `max_page_count = ${pages + 1000}`);
    await write(database, 'after');
    expect(texts(database)).toEqual(['before', 'after']);
  });

  it('reports a writer that does not let go, while reading goes on', async () => {
    const database = await openNotes();
    const other = new Sqlite(file);
    other.exec("BEGIN IMMEDIATE; INSERT INTO notes VALUES ('other')");
    pragma(database, 'busy_timeout = 20');
    await expect(write(database, 'mine')).rejects.toMatchObject({ code: 'store-busy' });
    expect(texts(database)).toEqual([]);
    other.exec('COMMIT');
    other.close();
    await write(database, 'mine');
    expect(texts(database)).toEqual(['other', 'mine']);
  });

  it('fails with a code after closing', async () => {
    const database = await openDatabase(file, notes);
    database.close();
    await expect(write(database, 'late')).rejects.toMatchObject({ code: 'store-unavailable' });
  });
});

describe('migrating', () => {
  const steps = migrations.map(({ name }, index) => ({ name, version: index + 1 }));

  it.each(steps.slice(1))('to version $version ($name) keeps every row', async ({ version }) => {
    const before = await openDatabase(file, migrations.slice(0, version - 1));
    before.write(() =>
      before
        .prepare(
          `INSERT INTO cases (identity, salt, mask, title, created_at, updated_at)
           VALUES ('["patient",null,"7"]', x'00', 'Patient 0000', 'Doe, Jane', '2024', '2024')`,
        )
        .run(),
    );
    before.close();
    const after = await openNotes(migrations.slice(0, version));
    expect(pragma(after, 'user_version')).toBe(version);
    expect(pragma(after, 'integrity_check')).toBe('ok');
    expect(after.prepare('SELECT title FROM cases').pluck().all()).toEqual(['Doe, Jane']);
  });

  it('gives an old store the schema of a new one', async () => {
    for (let version = 1; version <= migrations.length; version++) {
      (await openDatabase(file, migrations.slice(0, version))).close();
    }
    const schema = (database: Database) =>
      database.prepare("SELECT name, sql FROM sqlite_schema WHERE type <> 'index' ORDER BY name").all();
    const grown = schema(await openNotes([...migrations]));
    file = join(folder, 'new', 'cases.db');
    expect(grown).toEqual(schema(await openNotes([...migrations])));
  });

  it('copies what it found, including what the log still holds', async () => {
    const old = await openNotes();
    await write(old, 'in the log');
    await openNotes([...notes, { name: 'drop', sql: 'DROP TABLE notes' }]);
    const copy = `${file}.version-1`;
    const connection = new Sqlite(copy, { readonly: true });
    expect(connection.prepare('SELECT text FROM notes').pluck().all()).toEqual(['in the log']);
    expect(connection.pragma('user_version', { simple: true })).toBe(1);
    connection.close();
    if (process.platform !== 'win32') expect((await stat(copy)).mode & 0o777).toBe(0o600);
  });

  it('leaves the old schema when a step fails', async () => {
    await write(await openNotes(), 'kept');
    const broken = [
      ...notes,
      { name: 'fine', sql: 'CREATE TABLE fine (a)' },
      { name: 'broken', sql: 'NONSENSE' },
    ];
    await expect(openNotes(broken)).rejects.toThrow('NONSENSE');
    const database = await openNotes();
    expect(texts(database)).toEqual(['kept']);
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'fine'").all()).toEqual([]);
  });
});

describe('without the component', () => {
  /** Opens a database with the sources copied to where `prepare` decides what is installed. */
  async function failureWith(prepare: (modules: string) => Promise<void>): Promise<unknown> {
    const source = dirname(import.meta.dirname);
    await cp(import.meta.dirname, join(folder, 'src-main', 'storage'), { recursive: true });
    await cp(join(source, '..', 'src-shared'), join(folder, 'src-shared'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await prepare(join(folder, 'node_modules'));
    const script = `
      import { openDatabase } from './src-main/storage/openDatabase.ts';
      openDatabase('x/cases.db', []).catch(({ code, detail }) => console.log(JSON.stringify({ code, ...detail })));`;
    const flags = ['--input-type=module', '--eval', script];
    const { stdout } = spawnSync(process.execPath, flags, { cwd: folder, encoding: 'utf8' });
    return JSON.parse(stdout);
  }

  it('names the package that is not installed', async () => {
    expect(await failureWith(() => Promise.resolve())).toMatchObject({
      code: 'component-missing',
      component: 'SQLite (better-sqlite3)',
    });
  });

  it('names the package that has no binary for this machine', async () => {
    const installed = dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'));
    const failure = await failureWith(async (modules) => {
      const incomplete = join(modules, 'better-sqlite3');
      await mkdir(incomplete, { recursive: true });
      await cp(join(installed, 'package.json'), join(incomplete, 'package.json'));
      await cp(join(installed, 'lib'), join(incomplete, 'lib'), { recursive: true });
    });
    expect(failure).toMatchObject({ code: 'component-missing' });
    expect(failure).toHaveProperty('reason', expect.stringContaining(process.arch));
  });
});
