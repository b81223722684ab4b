/**
 * An array of pictures of 64×64 in colours, held and larger than what may be held, prepared and trained on by the built
 * program: time, and the peak memory of each of its processes (Linux). Prints, asserts nothing.
 *
 *   npm run build && node test/bench/streamedPictures.mjs [PICTURES] [ALLOWED MEGABYTES] [ROUNDS]
 *
 * The first round prepares, later ones only train.
 */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Buffer } from 'node:buffer';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainedPeaks } from './trainedPeaks.mjs';

const [pictures = '100000', allowed = '400', rounds = '3'] = process.argv.slice(2);
const COUNT = Number(pictures);
const PIXELS = 64 * 64 * 3;
const CLASSES = 10;
const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'));

let state = 2463534242;
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}

function header(descr, shape) {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = `${text.padEnd(117)}\n`;
  const head = Buffer.alloc(10 + padded.length);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  head.write(padded, 10, 'latin1');
  return head;
}

/** Noise over the picture of its class. */
function makeArrays() {
  const ofClass = Array.from({ length: CLASSES }, () =>
    Uint8Array.from({ length: PIXELS }, () => random() & 127),
  );
  const noise = Uint8Array.from({ length: PIXELS * 4 }, () => random() & 127);
  const labels = Buffer.alloc(COUNT * 4);
  const file = openSync(join(folder, 'pictures.npy'), 'w');
  writeSync(file, header('|u1', [COUNT, 64, 64, 3]));
  const picture = new Uint8Array(PIXELS);
  for (let row = 0; row < COUNT; row++) {
    const label = random() % CLASSES;
    const shift = random() % (PIXELS * 3);
    labels.writeInt32LE(label, row * 4);
    for (let i = 0; i < PIXELS; i++) picture[i] = ofClass[label][i] + noise[shift + i];
    writeSync(file, picture);
  }
  closeSync(file);
  writeFileSync(join(folder, 'labels.npy'), Buffer.concat([header('<i4', [COUNT]), labels]));
}

/** The example with steps of four pixels in its first layer, so that reading counts. */
function makeProject() {
  const example = join(import.meta.dirname, '..', '..', 'resources', 'examples');
  const document = JSON.parse(
    readFileSync(join(example, 'digits-cnn-batchnorm.netloom.json'), 'utf8'),
  );
  const attrs = {
    conv1: { outChannels: 8, kernelSize: [4, 4], stride: [4, 4], bias: false },
    conv2: { outChannels: 16, kernelSize: [3, 3], padding: [1, 1], bias: false },
    fc1: { outFeatures: 32 },
  };
  for (const node of document.nodes) node.attrs = attrs[node.id] ?? node.attrs;
  const path = join(folder, 'pictures.netloom.json');
  writeFileSync(path, JSON.stringify(document));
  return path;
}

try {
  makeArrays();
  const train = [makeProject(), '--data', `npy:${join(folder, 'pictures.npy')}`];
  const options = ['--data-option', 'labels=labels.npy', '--epochs', '2', '--device', 'cpu'];
  for (let round = 0; round < Number(rounds); round++) {
    for (const megabytes of [null, allowed]) {
      console.log(megabytes === null ? 'held' : `${megabytes} MB allowed`);
      const home = join(folder, `home ${megabytes ?? 'held'}`);
      await trainedPeaks(home, megabytes, [...train, ...options]);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
