/**
 * Who is training a run: a process of this machine, told apart from a later one with the same number.
 * Several programs share the run store (the app, `netloom train`), and each may die at any moment.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isRunning } from '#engine/platform/nodeWriting.ts';

export interface Owners {
  /** This process. */
  readonly self: string;
  isAlive(owner: string): boolean;
}

export const processOwners: Owners = {
  self: ownerOf(process.pid),
  isAlive: (owner) => {
    const pid = Number.parseInt(owner, 10);
    if (!(pid > 0) || !isRunning(pid) || isZombie(pid)) return false;
    const [then, now] = [owner.slice(owner.indexOf(':') + 1), startTime(pid)];
    return then === '' || now === '' || then === now;
  },
};

function ownerOf(pid: number): string {
  return `${pid}:${startTime(pid)}`;
}

/** When it began, as the system says it; empty where it does not, so that the number alone decides. */
function startTime(pid: number): string {
  try {
    if (process.platform === 'linux') return `${bootId()}${ticksAtStart(pid)}`;
    if (process.platform === 'darwin') {
      const args = ['-o', 'lstart=', '-p', String(pid)];
      const text = execFileSync('ps', args, {
        encoding: 'utf8',
        timeout: 1_000,
        env: { LC_ALL: 'C' },
      });
      return text.trim().replace(/\s+/g, ' ');
    }
  } catch {
    // Said by the empty answer.
  }
  return '';
}

/**
 * Ended, and nobody has asked how: it keeps its number and its start until somebody does, which in a
 * container without an init may be never.
 */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return statusFields(pid)[0] === 'Z';
  } catch {
    return false;
  }
}

/** Clock ticks since boot. */
function ticksAtStart(pid: number): string {
  return statusFields(pid)[19] ?? '';
}

/** From the third one on, its state. */
function statusFields(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Counted after the program's name, which may hold spaces and parentheses.
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Programs that start with the machine get the same number and the same tick every time. */
function bootId(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8)}.`;
  } catch {
    return '';
  }
}
