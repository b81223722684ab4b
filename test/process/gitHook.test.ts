/**
 * Rules: git's hook is ours in a checkout without hooks of its own, and nowhere else; what is staged or changed is known
 * by name, whatever the name.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { changedFiles, setHook, stagedFiles } from '../../scripts/lib/git.mjs';
import { temporaryFolder } from '../support/cli.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;
const left: { remove(): void }[] = [];
afterEach(() => left.splice(0).forEach((folder) => folder.remove()));

function checkout() {
  const folder = temporaryFolder();
  left.push(folder);
  const { path } = folder;
  const git = (...args: readonly string[]): string =>
    spawnSync('git', args, { cwd: path, encoding: 'utf8' }).stdout.trim();
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'user.email', 'nobody@example.org');
  git('config', 'user.name', 'Nobody');
  const write = (name: string): void => writeFileSync(join(path, name), name);
  return { path, git, write };
}

describe.skipIf(!hasGit)('in a checkout', () => {
  test('the hook is set once', () => {
    const { path, git } = checkout();
    setHook({}, path);
    expect(git('config', '--get', 'core.hooksPath')).toBe('scripts/hooks');
  });
  test('hooks of its own stay', () => {
    const { path, git } = checkout();
    git('config', 'core.hooksPath', 'mine');
    setHook({}, path);
    expect(git('config', '--get', 'core.hooksPath')).toBe('mine');
  });
  test('in CI there is none', () => {
    const { path, git } = checkout();
    setHook({ CI: 'true' }, path);
    expect(git('config', '--get', 'core.hooksPath')).toBe('');
  });

  test('what is staged, and what differs from main, is told by name', () => {
    const { path, git, write } = checkout();
    ['a.ts', 'b.ts'].forEach(write);
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    const first = git('rev-parse', 'HEAD');
    git('switch', '--quiet', '--create', 'other');
    ['c d.ts', 'ä.ts'].forEach(write);
    git('add', '.');
    expect(new Set(stagedFiles(path))).toEqual(new Set(['c d.ts', 'ä.ts']));
    git('commit', '--quiet', '--message', 'second');
    git('rm', '--quiet', 'a.ts');
    mkdirSync(join(path, 'new'));
    write('new/e.ts');
    expect(stagedFiles(path)).toEqual([]);
    const { base, files } = changedFiles(path);
    expect(base).toBe(first);
    expect(new Set(files)).toEqual(new Set(['c d.ts', 'ä.ts', 'new/e.ts']));
  });
});

test('without git nothing is set, and nothing said', () => {
  const folder = temporaryFolder();
  left.push(folder);
  const { path } = folder;
  expect(() => setHook({}, path)).not.toThrow();
  expect(stagedFiles(path)).toEqual([]);
});
