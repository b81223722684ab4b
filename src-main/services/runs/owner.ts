/**
 * Who is training a run: a process of this machine, told apart from a later one with the same number.
 * Several programs share the run store (the app, `netloom train`), and each may die at any moment.
 */
import { readFileSync } from 'node:fs';

export interface Owners {
  /** This process. */
  readonly self: string;
  isAlive(owner: string): boolean;
}

export const processOwners: Owners = {
  self: ownerOf(process.pid),
  isAlive: (owner) => {
    const pid = Number.parseInt(owner, 10);
    return pid > 0 && exists(pid) && ownerOf(pid) === owner;
  },
};

function ownerOf(pid: number): string {
  return `${pid}:${startTime(pid)}`;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it means that it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Clock ticks since boot; empty where the system does not tell, so that the number alone decides. */
function startTime(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields are counted after the program's name, which may hold spaces and parentheses.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
