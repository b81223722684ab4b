/**
 * What the app owes to the `npm start` that started it (scripts/lib/desktop.mjs): word that its window is
 * shown, before which it would be given up, and its end when the starter is gone. Nothing without one.
 */
import { writeFileSync } from 'node:fs';

const SHOWN_FILE = 'NETLOOM_SHOWN_FILE';
const LOOK_MS = 1_000;

export function tellShown(): void {
  const path = process.env[SHOWN_FILE];
  // Told once: the processes that this one starts owe nothing.
  delete process.env[SHOWN_FILE];
  if (path === undefined) return;
  try {
    writeFileSync(path, 'shown\n');
  } catch {
    // Whoever waited for it has given up, and ends us.
  }
}

/** Not through a pipe: on Windows a program with windows has no standard input. */
export function whenStarterEnds(end: () => void): void {
  if (process.env[SHOWN_FILE] === undefined) return;
  const starter = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === starter && isAlive(starter)) return;
    clearInterval(timer);
    end();
  }, LOOK_MS);
  timer.unref();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
