// @ts-check
// What the scripts ask of git: which files are staged or changed, and the hook that checks what is committed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.mjs';

/** Relative, so that every worktree runs its own. */
const HOOKS = 'scripts/hooks';

/**
 * What git prints, or null where it fails or is not there.
 * @param {string} root
 * @param {readonly string[]} args
 */
export function git(root, ...args) {
  const { status, stdout } = spawnSync('git', [...args], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
/** @param {string | null} text */
const lines = (text) => (text ?? '').split('\0').filter((line) => line !== '');

/** Files that the next commit adds or changes. */
export const stagedFiles = (root = ROOT) =>
  lines(git(root, 'diff', '--cached', '--name-only', '--diff-filter=ACMR', '-z'));

/**
 * The commit where this branch left `main` (on `main` itself the last one), and the files that differ from it, those
 * that git does not know yet too.
 */
export function changedFiles(root = ROOT) {
  const left = git(root, 'merge-base', 'HEAD', 'main') ?? git(root, 'rev-parse', 'HEAD');
  const base = (left ?? '').trim();
  const changed = git(root, 'diff', '--name-only', '--diff-filter=ACMR', '-z', base);
  const unknown = git(root, 'ls-files', '--others', '--exclude-standard', '-z');
  return { base, files: [...lines(changed), ...lines(unknown)] };
}

/**
 * Has git run our hook before a commit: in a checkout that has no hooks path of its own, never in CI, and without a
 * word where it cannot be.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function setHook(env = process.env, root = ROOT) {
  if (env.CI || !existsSync(join(root, '.git'))) return;
  if (git(root, 'config', '--get', 'core.hooksPath') !== null) return;
  git(root, 'config', 'core.hooksPath', HOOKS);
}
