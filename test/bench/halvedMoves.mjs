/**
 * Looks at the machine code of all kernels that tests make for moves that lose half of a joined register.
 *
 * V8 13 moves one spilled value both to a 256-bit and to a 128-bit place by the narrower of the two copies
 * (see zeroSum in src-engine/backends/wasm/kernels/accumulate.ts). Nothing fails where that happens: a sum is
 * garbage, in some shapes. Worth a look after new kernels, and with a new Node. x64 only; prints, asserts nothing.
 *
 *   node test/bench/halvedMoves.mjs [TEST_FILES, default test/backends/wasm*.test.ts]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectEnv, projectNode, ROOT } from '../../scripts/lib/project.mjs';

const tests = join('test', 'backends');
const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : readdirSync(join(ROOT, tests))
        .filter((name) => /^wasm.*\.test\.ts$/.test(name))
        .map((name) => join(tests, name));

const SLOT = String.raw`\[rbp([-+]0x[0-9a-f]+)\]`;
const STORE = new RegExp(String.raw`v?mov\w+ ${SLOT},([xy])mm`);
const LOAD = new RegExp(String.raw`v?mov\w+ ([xy])mm(\d+),${SLOT}`);
const OPERAND = new RegExp(`([xy])mm.*,${SLOT}`);
const REGISTERS = /([xy])mm(\d+)/g;

/** Slots that are written as 128 bits and read as 256, and registers that get half of a slot and are used whole. */
function lostHalves(lines) {
  const written = { x: new Set(), y: new Set() };
  const read = new Set();
  for (const line of lines) {
    const store = STORE.exec(line);
    const load = LOAD.exec(line);
    const operand = OPERAND.exec(line);
    if (store) written[store[2]].add(store[1]);
    else if (load) load[1] === 'y' && read.add(load[3]);
    else if (operand?.[1] === 'y') read.add(operand[2]);
  }
  const found = [...written.x].filter((slot) => read.has(slot));
  const halves = new Map();
  for (const line of lines) {
    const load = LOAD.exec(line);
    if (load?.[1] === 'x' && written.y.has(load[3])) {
      halves.set(load[2], load[3]);
      continue;
    }
    if (halves.size === 0) continue;
    const isStore = STORE.test(line);
    const registers = [...line.matchAll(REGISTERS)];
    for (const [, width, number] of isStore ? registers : registers.slice(1)) {
      if (width === 'y' && halves.has(number)) found.push(`ymm${number} of ${halves.get(number)}`);
    }
    if (!isStore) halves.delete(registers[0]?.[2]);
  }
  return found;
}

/** Of what Node printed: each function's code. */
async function scan(path) {
  let functions = 0;
  let joined = 0;
  let lines = null;
  const found = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.includes('--- WebAssembly code ---')) lines = [];
    else if (line.includes('--- End code ---') && lines) {
      functions++;
      if (lines.some((each) => each.includes('ymm'))) joined++;
      const lost = lostHalves(lines);
      const name = lines.find((each) => each.startsWith('name:'))?.slice('name: '.length);
      if (lost.length > 0) found.push(`${name} (code ${functions}): ${lost.join(', ')}`);
      lines = null;
    } else lines?.push(line);
  }
  return { functions, joined, found };
}

const folder = mkdtempSync(join(tmpdir(), 'netloom-moves-'));
try {
  for (const file of files) {
    const path = join(folder, 'code.txt');
    // Into a file, in threads, compiled one after another: code that is printed to a pipe of another process gets
    // lost, and code of several compilers mixes.
    const output = openSync(path, 'w');
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const options = ['run', '--pool=threads', '--no-file-parallelism', file];
    spawnSync(
      projectNode(),
      ['--print-wasm-code', '--wasm-num-compilation-tasks=0', vitest, ...options],
      {
        cwd: ROOT,
        env: projectEnv(),
        stdio: ['ignore', output, 'ignore'],
      },
    );
    closeSync(output);
    const { functions, joined, found } = await scan(path);
    console.log(
      `${file}: ${functions} functions, ${joined} of them joined, ${found.length} lose halves`,
    );
    for (const each of found) console.log(`  ${each}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
