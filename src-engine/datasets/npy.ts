/** One array of NumPy, and another one with labels beside it. */
import { defineDataset } from './define.ts';
import { arrayBytes, streamArray } from './npz/stream.ts';
import { arraysTable, arrayOptions, classNamesOf } from './npz/table.ts';
import { joinPath } from './shared/files.ts';
import { type NpyArray, parseNpy } from './shared/npy.ts';

const MAX_BYTES = 2 ** 31 - 2 ** 24;

export default defineDataset({
  id: 'npy',
  label: 'NumPy array (.npy)',
  doc: 'An array that numpy.save wrote, and its labels from another one: images N×H×W, N×H×W×C or N×C×H×W, or features N×K.',
  group: 'Files',
  path: 'file',
  endings: ['npy'],
  options: {
    labels: {
      ...{ kind: 'text', default: '', label: 'File of labels', maxLength: 200 },
      file: 'beside',
      help: 'Name of a .npy file in the same folder; whole numbers are classes, others are a target. Empty: none.',
    },
    ...arrayOptions,
  },
  async sampleBytes({ options, path, files }) {
    return arrayBytes(files, path, options);
  },
  async load({ options, path = '', files, abilities: { spill }, fitting, onProgress }) {
    const name = options.labels.trim();
    const folder = /^(.*)[/\\][^/\\]*$/.exec(path)?.[1];
    const beside = folder === undefined ? name : joinPath(folder, name);
    const readLabels = async (): Promise<NpyArray | undefined> =>
      name === '' ? undefined : parseNpy(await files.read(beside, MAX_BYTES), beside);
    const given = { layout: options.layout, classNames: classNamesOf(options.classNames) };
    if (spill && fitting && (await arrayBytes(files, path, options)) > spill.residentBytes) {
      const host = { files, spill, fitting, ...(onProgress && { onProgress }) };
      return streamArray(path, await readLabels(), given, host);
    }
    const inputs = parseNpy(await files.read(path, MAX_BYTES), path);
    return arraysTable({ inputs, labels: await readLabels() }, undefined, given, []);
  },
});
