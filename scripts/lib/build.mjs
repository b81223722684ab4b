// Builds the product when its sources are newer than the last build.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runTool } from './project.mjs';

const STAMP = join(ROOT, 'out', '.stamp');
const SOURCES = ['src-engine', 'src-main', 'src-player', 'src-renderer'];
const FILES = ['package-lock.json', 'electron.vite.config.ts', 'player.vite.config.ts'];

/** The newest change and the number of files: enough to see an edit, an addition or a removal. */
function fingerprint() {
  let newest = 0;
  let count = 0;
  const visit = (path) => {
    const stats = statSync(path);
    if (!stats.isDirectory()) {
      newest = Math.max(newest, stats.mtimeMs);
      count += 1;
      return;
    }
    for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const name of [...SOURCES, ...FILES]) visit(join(ROOT, name));
  return `${newest} ${count}`;
}

/** Leaves word of what was built, so that nothing builds it again. */
export function build(say) {
  const current = fingerprint();
  // The build's own report would mix with what a command prints.
  const stdio = ['ignore', 2, 2];
  const tools = [
    ['electron-vite', ['build', '--logLevel', 'warn']],
    ['vite', ['build', '--config', 'player.vite.config.ts', '--logLevel', 'warn']],
  ];
  for (const [tool, args] of tools) {
    if (runTool(tool, args, { stdio }) === 0) continue;
    say('the build failed; see above');
    process.exit(3);
  }
  writeFileSync(STAMP, current);
}

export function ensureBuilt(say) {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint()) return;
  say('building (some seconds, only after changes)');
  build(say);
}
