/** `netloom train` as it was built, with what it prints and the peak memory of each of its processes (Linux). */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectNode } from '../../scripts/lib/project.mjs';

/** Peak of each process below the one that was started, by what it runs. */
function look(root, peaks) {
  const parents = new Map();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      parents.set(Number(entry), {
        parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]),
        peakKb: Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0),
        command: readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' '),
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  for (const [pid, { peakKb, command }] of parents) {
    let above = pid;
    while (above && above !== root) above = parents.get(above)?.parent;
    if (above !== root || peakKb === 0) continue;
    const name = /([\w-]+)\.(c|m)?js/.exec(command)?.[1] ?? command.slice(0, 40);
    peaks.set(name, Math.max(peaks.get(name) ?? 0, peakKb));
  }
}

/** `allowed`: megabytes that may be held; null leaves it to the program. */
export async function trainedPeaks(home, allowed, args) {
  const cli = join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js');
  const started = performance.now();
  const peaks = new Map();
  const child = spawn(projectNode(), [cli, 'train', ...args], {
    env: {
      ...process.env,
      NETLOOM_HOME: home,
      ...(allowed !== null && { NETLOOM_RESIDENT_MB: String(allowed) }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const watch = setInterval(() => look(child.pid, peaks), 200);
  for await (const text of child.stdout.setEncoding('utf8')) {
    for (const line of text.split('\n').filter(Boolean)) {
      console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${line}`);
    }
  }
  clearInterval(watch);
  for (const [name, peakKb] of peaks)
    console.log(`${name}: at most ${Math.round(peakKb / 1024)} MiB`);
}
