/** Every format that is read back, each with a way to damage a file of it, from outside and within. */
import { projectInPicture, carriedInPng } from '#engine/export/picture/carried.ts';
import { importModel } from '#engine/export/importModel.ts';
import { type Model, readModelJson, writeModelJson } from '#engine/export/modelJson.ts';
import { readSafetensors, writeSafetensors } from '#engine/export/safetensors.ts';
import { modelTensors } from '#engine/export/source.ts';
import { withText } from '#engine/export/picture/png.ts';
import { analyse } from '#engine/check/analyse.ts';
import { InputError } from '#engine/ir/problem.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { serializeDocument } from '#engine/ir/serializeDocument.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { nodeCompression } from '#engine/platform/nodeCompression.ts';
import { cpuSeconds } from './cpuSeconds.ts';
import { damaged, damagedJson } from './damage.ts';
import { pointsDocument } from './documents.ts';
import { smallestPng } from './pictures.ts';

export interface ReadFormat {
  readonly name: string;
  damage(random: RandomStream): Uint8Array;
  /** Throws InputError where it refuses; anything else is a fault. */
  read(bytes: Uint8Array): void;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const document = { ...pointsDocument('moons', 2), id: 'an-id' };
const model: Model = {
  document,
  tensors: modelTensors(analyse(document), (_name, shape) => ({
    shape,
    data: Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i)),
  })),
  metadata: { name: 'moons', step: '10', normalisation: '{"features":null}' },
};

const json = decode(writeModelJson(model, 'base64'));
const weights = writeSafetensors(model);
const project = serializeDocument(document);

/** Half of the files are damaged as bytes, half in what they say. */
const either = (random: RandomStream, whole: Uint8Array, within: () => Uint8Array): Uint8Array =>
  random.integer(2) === 0 ? damaged(whole, random) : within();

function restore(text: string): void {
  const restored = restoreDocumentText(text);
  if (restored.ok) {
    // What was restored is analysed at once, wherever it is opened.
    analyse(restored.document);
    return;
  }
  const [first, ...others] = restored.problems;
  if (!first) throw new Error('a refusal without a problem');
  throw new InputError([first, ...others]);
}

/** Its header with other text, of the length that it says. */
function withHeader(random: RandomStream): Uint8Array {
  const length = Number(new DataView(weights.buffer).getBigUint64(0, true));
  const header = encode(damagedJson(decode(weights.subarray(8, 8 + length)), random));
  const file = new Uint8Array(8 + header.length + weights.length - 8 - length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  file.set(weights.subarray(8 + length), 8 + header.length);
  return file;
}

function svgOf(text: string): Uint8Array {
  const packed = Buffer.from(nodeCompression.deflate(encode(text))).toString('base64');
  return encode(
    `<svg xmlns="http://www.w3.org/2000/svg"><metadata><netloom:project xmlns:netloom="urn:netloom:project:1" encoding="deflate base64">${packed}</netloom:project></metadata></svg>`,
  );
}

export const READ_FORMATS: readonly ReadFormat[] = [
  {
    name: 'project',
    damage: (random) => either(random, encode(project), () => encode(damagedJson(project, random))),
    read: (bytes) => restore(decode(bytes)),
  },
  {
    name: 'model JSON',
    damage: (random) => either(random, encode(json), () => encode(damagedJson(json, random))),
    read: (bytes) => void importModel(readModelJson(bytes, 'x'), 'x'),
  },
  {
    name: 'safetensors',
    damage: (random) => either(random, weights, () => withHeader(random)),
    read: (bytes) => void importModel({ document, ...readSafetensors(bytes, 'x') }, 'x'),
  },
  {
    name: 'project in SVG',
    damage: (random) => either(random, svgOf(project), () => svgOf(damagedJson(project, random))),
    read: (bytes) => restore(projectInPicture(bytes, 'x', nodeCompression)),
  },
  {
    name: 'project in PNG',
    damage: (random) =>
      either(random, carriedInPng(smallestPng(), document, nodeCompression), () =>
        withText(smallestPng(), 'netloom', damagedJson(project, random), nodeCompression),
      ),
    read: (bytes) => restore(projectInPicture(bytes, 'x', nodeCompression)),
  },
];

export interface FuzzReport {
  readonly refused: number;
  readonly taken: number;
  /** Seconds of the processor. */
  readonly slowest: number;
  readonly peakBytes: number;
}

/** Throws what is no refusal, with the number of the case: the same seed makes the same file. */
export function fuzz(format: ReadFormat, cases: number, seed: number): FuzzReport {
  const random = new RandomStream(seed, 'data');
  let [refused, slowest, peakBytes] = [0, 0, 0];
  for (let i = 0; i < cases; i++) {
    const bytes = format.damage(random);
    const from = cpuSeconds();
    try {
      format.read(bytes);
    } catch (error) {
      if (!(error instanceof InputError) || error.code === '') {
        throw new Error(`case ${i} of seed ${seed} was no refusal`, { cause: error });
      }
      refused += 1;
    }
    slowest = Math.max(slowest, cpuSeconds() - from);
    if (i % 50 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  }
  return { refused, taken: cases - refused, slowest, peakBytes };
}
