/**
 * Rule: `npm start` opens Electron where it can show a window, and says in one line why not where it
 * cannot. Electron's runtime and its installer are stand-ins, one for each way of failing.
 */
import { chmodSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '#test/support/cli.ts';
import { addRuntime, electronPackage, WORKING_INSTALLER } from '#test/support/electronPackage.ts';
import { openWindow, tellingLine, whyNoWindow } from '../../scripts/lib/desktop.mjs';
import { findRuntime, obtainRuntime } from '../../scripts/lib/electronRuntime.mjs';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());
let count = 0;
let folder: string;
beforeEach(() => {
  folder = electronPackage(join(temporary.path, String(count++)), WORKING_INSTALLER);
});

describe('whether a window is tried at all', () => {
  const display = { DISPLAY: ':0' };
  test.each([
    ['linux', {}, 1000, 'there is no display'],
    ['linux', { DISPLAY: '' }, 1000, 'there is no display'],
    ['linux', display, 0, 'root'],
    ['darwin', {}, 0, 'root'],
    ['linux', { ...display, NETLOOM_NO_ELECTRON: '1' }, 1000, 'NETLOOM_NO_ELECTRON'],
  ] as const)('not on %s with %o as user %i: %s', (platform, env, uid, why) => {
    expect(whyNoWindow({ platform, env, uid })).toContain(why);
  });
  test.each([
    ['linux', display, 1000],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1000],
    ['darwin', {}, 501],
    ['win32', {}, undefined],
  ] as const)('on %s with %o as user %s', (platform, env, uid) => {
    expect(whyNoWindow({ platform, env, uid })).toBeNull();
  });
});

describe('the runtime', () => {
  const refusedMark = () => join(folder, 'refused');
  const node = process.execPath;
  const obtain = (reachable = true, mark = refusedMark()) => {
    const said: string[] = [];
    return obtainRuntime({
      folder,
      node,
      refusedMark: mark,
      say: (line) => said.push(line),
      reachable: () => Promise.resolve(reachable),
      platform: 'linux',
    }).then((binary) => ({ binary, said }));
  };
  const find = () => findRuntime({ folder, platform: 'linux' });
  const fetches = () => {
    const log = join(folder, 'fetched.log');
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  };

  test('is fetched once, with the Node that is named', async () => {
    expect((await obtain()).binary).toBe(join(folder, 'dist', 'electron'));
    expect((await obtain()).said).toEqual([]);
    expect(fetches()).toEqual([node]);
  });

  test('of somebody else who fetched it is taken as it is', () => {
    const binary = addRuntime(folder);
    expect(find()).toBe(binary);
  });

  test.each<[what: string, damage: () => void]>([
    ['cut before its last word', () => rmSync(join(folder, 'path.txt'))],
    ['of another version', () => writeFileSync(join(folder, 'dist', 'version'), 'v98.0.0')],
    ['of another platform', () => writeFileSync(join(folder, 'path.txt'), 'electron.exe')],
    ['without its program', () => rmSync(join(folder, 'dist', 'electron'))],
    ['with an empty program', () => truncateSync(join(folder, 'dist', 'electron'))],
    ['with a program that may not run', () => chmodSync(join(folder, 'dist', 'electron'), 0o644)],
    ['with a file missing', () => rmSync(join(folder, 'dist', 'resources'), { recursive: true })],
    ['with a file cut', () => truncateSync(join(folder, 'dist', 'resources', 'default_app.asar'))],
  ])('%s is thrown away and fetched again', async (_what, damage) => {
    await obtain();
    damage();
    expect(find()).toBeNull();
    writeFileSync(join(folder, 'dist', 'left over'), '');
    const { binary, said } = await obtain();
    expect(binary).not.toBeNull();
    expect(said.join()).toContain('not whole');
    expect(existsSync(join(folder, 'dist', 'left over'))).toBe(false);
    expect(fetches()).toHaveLength(2);
  });

  test('that cannot be fetched is not asked for again on the same day', async () => {
    electronPackage(folder, 'process.exit(1)');
    expect((await obtain()).binary).toBeNull();
    expect(existsSync(refusedMark())).toBe(true);
    electronPackage(folder, WORKING_INSTALLER);
    expect((await obtain()).binary).toBeNull();
    expect(fetches()).toEqual([]);
  });

  test('is not asked for where nothing answers', async () => {
    expect((await obtain(false)).binary).toBeNull();
    expect(fetches()).toEqual([]);
  });

  test('that cannot be kept is none, and stops nothing', async () => {
    // A file where the folder of the mark would be, and one where the runtime would be.
    writeFileSync(join(folder, 'in the way'), '');
    electronPackage(folder, `require('node:fs').writeFileSync(__dirname + '/dist', '')`);
    expect((await obtain(true, join(folder, 'in the way', 'refused'))).binary).toBeNull();
  });

  test('is none whose package is not there', async () => {
    rmSync(folder, { recursive: true });
    expect((await obtain()).binary).toBeNull();
    expect(find()).toBeNull();
  });
});

const FATAL =
  '[4711:1009/120000.123456:FATAL:sandbox/linux/suid/client/setuid_sandbox_host.cc:166] The SUID ' +
  'sandbox helper binary was found, but is not configured correctly.';

describe('a start of Electron', () => {
  const start = (program: string, patienceMs = 30_000) => {
    const command = addRuntime(folder, program);
    return openWindow({ command, args: [folder], env: process.env, patienceMs });
  };

  test('counts from the word that its window is shown; then its code is that of the start', async () => {
    const opened = await start(
      'echo a warning >&2; echo shown > "$NETLOOM_SHOWN_FILE"; sleep 0.3; exit 7',
    );
    if (!opened.shown) throw new Error(opened.why);
    expect(await opened.exit).toBe(7);
  });

  test('counts when it shows its window and ends at once, as a second start does', async () => {
    const opened = await start('echo shown > "$NETLOOM_SHOWN_FILE"');
    if (!opened.shown) throw new Error(opened.why);
    expect(await opened.exit).toBe(0);
  });

  test.each([
    [
      'a fatal line',
      `echo >&2; echo 'Gtk-WARNING: some theme' >&2; echo '${FATAL}' >&2; exit 1`,
      'ended (code 1) before its window was shown: The SUID sandbox helper binary was found',
    ],
    [
      'a missing library',
      "echo 'electron: error while loading shared libraries: libnss3.so: cannot open' >&2; exit 127",
      'ended (code 127) before its window was shown: electron: error while loading shared libraries: ' +
        'libnss3.so: cannot open',
    ],
    ['a crash', 'kill -TRAP $$', 'ended (SIGTRAP) before its window was shown'],
    ['nothing at all', 'exit 0', 'ended (code 0) before its window was shown'],
  ])('that ends with %s does not', async (_what, program, why) => {
    const opened = await start(program);
    expect(opened).toMatchObject({ shown: false });
    const line = opened.shown ? '' : opened.why;
    expect(line).toContain(why);
    expect(line).not.toContain('\n');
  });

  test('that may not be executed does not', async () => {
    const command = addRuntime(folder);
    chmodSync(command, 0o644);
    const opened = await openWindow({ command, args: [], env: process.env, patienceMs: 30_000 });
    expect(opened.shown ? '' : opened.why).toContain('EACCES');
  });

  test.each([
    ['ends when asked', 'exec sleep 600'],
    ['does not want to end', "trap '' TERM; while :; do sleep 0.1; done"],
  ])('that is silent and %s is ended', async (_what, program) => {
    const pidFile = join(folder, 'pid');
    const opened = await start(`echo $$ > '${pidFile}'; echo waiting >&2; ${program}`, 500);
    expect(opened.shown ? '' : opened.why).toBe('Electron showed no window within 0.5 s: waiting');
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
  });
});

test('the telling line is the deadly one, without the prefix, cut where it is endless', () => {
  expect(tellingLine('\n\n')).toBe('');
  expect(tellingLine('first\nsecond')).toBe('first');
  expect(tellingLine(`first\n[1:2/3:FATAL:a.cc(1)] deadly\n`)).toBe('deadly');
  expect(tellingLine('x'.repeat(5000))).toHaveLength(200);
});
