/** Which processes there are, as the system tells it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that has ended and that nobody has asked about yet is none. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // The state comes after the name, which may hold anything.
    return !/^Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '');
  } catch {
    return true;
  }
}

/** Every process that descends from this one, itself left out. */
export function descendants(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found) {
    for (const [child, its] of pairs) if (its === parent && child !== undefined) found.push(child);
  }
  return found.slice(1);
}
