/**
 * Rule: what Netloom keeps for itself is nobody else's to read; what dead processes left half written goes;
 * nothing is written through a link.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyDocument } from '#engine/ir/index.ts';
import { sweepParts, writeAtomic } from '#engine/platform/nodeWriting.ts';
import { type App, startApp } from '#test/support/app.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

let folder: ReturnType<typeof temporaryFolder>;
let umask: number;
const apps: App[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  umask = process.umask(0);
});
afterEach(async () => {
  process.umask(umask);
  for (const app of apps.splice(0)) await app.close();
  folder.remove();
});
const open = (path: string): App => {
  const app = startApp({ folder: path });
  apps.push(app);
  return app;
};
const isUnix = process.platform !== 'win32';

/** Every file and folder below, with its mode. */
function modes(path: string): readonly (readonly [name: string, mode: string])[] {
  return readdirSync(path, { recursive: true, withFileTypes: true }).map((entry) => {
    const full = join(entry.parentPath, entry.name);
    return [full.slice(path.length + 1), (statSync(full).mode & 0o777).toString(8)] as const;
  });
}

describe.runIf(isUnix)('nobody else reads what Netloom keeps', () => {
  test('whatever the umask says', async () => {
    const home = join(folder.path, 'data');
    const { client } = open(home);
    const document = pointsDocument('moons', 2, { epochs: 1 });
    const { id: runId } = await client.call('training.start', { document });
    await client.call('settings.set', { theme: 'dark' });
    await client.call('projects.saveDraft', { id: 'a', document });
    await expect
      .poll(async () => (await client.call('runs.get', { runId })).progress.state)
      .toBe('finished');
    expect((statSync(home).mode & 0o777).toString(8)).toBe('700');
    const found = modes(home);
    const names = found.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(['runs.db', 'runs.db-wal', 'settings.json']));
    expect(names.filter((name) => name.endsWith('.safetensors')).length).toBeGreaterThan(0);
    for (const [name, mode] of found) {
      expect([name, mode]).toEqual([name, statSync(join(home, name)).isFile() ? '600' : '700']);
    }
  });

  test('and what earlier versions left open is closed at start', async () => {
    const home = join(folder.path, 'data');
    const first = open(home);
    await first.client.call('settings.set', { theme: 'dark' });
    await first.client.call('projects.saveDraft', { id: 'a', document: emptyDocument('a') });
    mkdirSync(join(home, 'checkpoints', 'x'), { recursive: true });
    writeFileSync(join(home, 'checkpoints', 'x', 'last.safetensors'), '');
    await first.client.call('queue.list', null);
    await first.client.call('sweeps.list', null);
    await apps.pop()?.close();
    expect(modes(home).map(([name]) => name)).toEqual(
      expect.arrayContaining(['runs.db', 'queue.db', 'sweeps.db']),
    );
    chmodSync(home, 0o755);
    for (const [name] of modes(home)) {
      chmodSync(join(home, name), statSync(join(home, name)).isFile() ? 0o644 : 0o755);
    }
    // Somebody else's file is not ours to close.
    const other = join(folder.path, 'other');
    writeFileSync(other, '');
    chmodSync(other, 0o644);
    symlinkSync(other, join(home, 'drafts', 'b.json'));
    const { services } = open(home);
    await services.tidied;
    expect((statSync(home).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(other).mode & 0o777).toString(8)).toBe('644');
    for (const [name, mode] of modes(home)) {
      const wanted = name.endsWith('b.json') ? '644' : name.includes('.') ? '600' : '700';
      expect([name, mode]).toEqual([name, wanted]);
    }
  });
});

/** The number of a process that is over. */
const deadPid = (): number => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return pid;
};
const part = (pid: number): string => `.last.safetensors.${pid}-0123456789ab.part`;

test('what a dead process left half written goes at start, what a living one writes stays', async () => {
  const run = join(folder.path, 'checkpoints', 'x');
  mkdirSync(run, { recursive: true });
  const dead = part(deadPid());
  const living = part(process.pid);
  const nameless = ['.a.0123456789ab.part', '.b.0123456789ab.part'] as const;
  for (const name of [dead, living, ...nameless, 'last.safetensors', 'notes.part']) {
    writeFileSync(join(run, name), 'x');
  }
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  utimesSync(join(run, nameless[0]), longAgo, longAgo);
  const { services } = open(folder.path);
  await services.tidied;
  expect(readdirSync(run).sort()).toEqual(
    [living, nameless[1], 'last.safetensors', 'notes.part'].sort(),
  );
});

test('a process killed while it writes leaves a part that is swept, and the old file', async () => {
  const file = join(folder.path, 'a.bin');
  writeFileSync(file, 'old');
  const program = `
    import { writeAtomic } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'src-engine', 'platform', 'nodeWriting.ts'))};
    import { readdirSync } from 'node:fs';
    void writeAtomic(${JSON.stringify(file)}, Buffer.alloc(400e6));
    setInterval(() => {
      if (readdirSync(${JSON.stringify(folder.path)}).some((name) => name.endsWith('.part'))) process.kill(process.pid, 'SIGKILL');
    }, 1);`;
  const script = join(folder.path, 'write.ts');
  writeFileSync(script, program);
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script]);
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toHaveLength(1);
  expect(await sweepParts(folder.path)).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe('old');
});

describe.runIf(isUnix)('nothing is written through a link', () => {
  const document = emptyDocument('mine');
  let outside: string;
  let projects: string;
  let app: App;
  beforeEach(() => {
    outside = join(folder.path, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret.netloom.json'), 'not ours');
    projects = join(folder.path, 'data', 'projects');
    mkdirSync(projects, { recursive: true });
    app = open(join(folder.path, 'data'));
  });
  const untouched = (): void => {
    expect(readdirSync(outside)).toEqual(['secret.netloom.json']);
    expect(readFileSync(join(outside, 'secret.netloom.json'), 'utf8')).toBe('not ours');
  };

  test('at the end of the path', async () => {
    const path = join(projects, 'a.netloom.json');
    symlinkSync(join(outside, 'secret.netloom.json'), path);
    await expect(app.client.call('projects.save', { path, document })).rejects.toMatchObject({
      code: 'project.is-a-link',
    });
    untouched();
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  test('to a file that is not there yet', async () => {
    const path = join(projects, 'a.netloom.json');
    symlinkSync(join(outside, 'new.json'), path);
    await expect(app.client.call('projects.save', { path, document })).rejects.toMatchObject({
      code: 'project.is-a-link',
    });
    untouched();
  });

  test('on the way', async () => {
    symlinkSync(outside, join(projects, 'sub'));
    const path = join(projects, 'sub', 'secret.netloom.json');
    await expect(app.client.call('projects.save', { path, document })).rejects.toMatchObject({
      code: 'project.elsewhere',
    });
    untouched();
  });

  test('where the project was opened by the name of a link, its file is saved and the link stays', async () => {
    const real = join(folder.path, 'real.netloom.json');
    await writeAtomic(
      real,
      readFileSync(
        join(import.meta.dirname, '..', '..', 'resources', 'examples', 'moons.netloom.json'),
      ),
    );
    const path = join(projects, 'link.netloom.json');
    symlinkSync(real, path);
    const opened = await app.client.call('projects.open', { path });
    expect(opened.path).toBe(real);
    await app.client.call('projects.save', { path: real, document });
    expect(readFileSync(real, 'utf8')).toContain('mine');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  test('of the settings and the drafts either', async () => {
    const target = join(outside, 'secret.netloom.json');
    symlinkSync(target, join(folder.path, 'data', 'settings.json'));
    await app.client.call('settings.set', { theme: 'dark' });
    untouched();
    expect(existsSync(join(folder.path, 'data', 'settings.json'))).toBe(true);
  });
});
