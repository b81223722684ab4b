// Prints lines per top folder and refuses source files over 500 lines: a file that long is two.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/project.mjs';

const LIMIT = 500;
/** Tables whose length is their data. */
const LISTED = new Set([
  // Generated from ONNX's own definition of its messages.
  'src-engine/export/onnx/schema/onnx_pb.d.ts',
  // A rule for every op, all on one page.
  'src-engine/ops/shapes.ts',
  // A case for every problem and its fix.
  'test/pure/check/analyse.test.ts',
]);

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.(ts|tsx|mjs|css)$/.test(name)) yield path;
  }
}

let tooLong = 0;
for (const top of ['src-engine', 'src-main', 'src-player', 'src-renderer', 'test', 'scripts']) {
  let files = 0;
  let total = 0;
  for (const path of sources(join(ROOT, top))) {
    const lines = readFileSync(path, 'utf8').split('\n').length;
    files += 1;
    total += lines;
    const place = path.slice(ROOT.length + 1);
    if (lines > LIMIT && !LISTED.has(place)) {
      console.error(`${place}: ${lines} lines, more than ${LIMIT}`);
      tooLong += 1;
    }
  }
  console.log(`${top}: ${files} files, ${total} lines`);
}
process.exit(tooLong === 0 ? 0 : 1);
