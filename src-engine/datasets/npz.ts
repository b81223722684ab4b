/** Arrays of NumPy in one file: images or features, labels, and the same for a test split, by their usual names. */
import { inputError } from '../ir/problem.ts';
import { defineDataset, type ZipPart } from './define.ts';
import { arraysTable, arrayOptions, classNamesOf } from './npz/table.ts';
import { chooseArrays } from './npz/names.ts';
import { type NpyArray, parseNpy } from './shared/npy.ts';

/** Of the file, and of its arrays together, unpacked. */
const MAX_BYTES = 2 ** 31 - 2 ** 24;

export default defineDataset({
  id: 'npz',
  label: 'NumPy arrays (.npz)',
  doc: 'Arrays that numpy.savez wrote: x, images or data, and y or labels, with train and test in their names where there are both. Images are N×H×W, N×H×W×C or N×C×H×W, features N×K.',
  group: 'Files',
  path: 'file',
  endings: ['npz'],
  options: {
    inputs: {
      ...{ kind: 'text', default: '', label: 'Array of inputs', maxLength: 200 },
      help: 'Its name. Empty: recognised by its name.',
    },
    labels: {
      ...{ kind: 'text', default: '', label: 'Array of labels', maxLength: 200 },
      help: 'Its name; whole numbers are classes, others are a target. Empty: recognised by its name.',
    },
    ...arrayOptions,
  },
  async load({ options, path = '', files, abilities }) {
    if (!abilities.unzip) throw inputError('zip.none', 'Zip files cannot be read here.', { path });
    const parts = await abilities.unzip(await files.read(path, MAX_BYTES), path);
    const names = [...parts.keys()].flatMap((name) => {
      const found = /^(.*)\.npy$/.exec(name)?.[1];
      return found === undefined ? [] : [found];
    });
    const chosen = chooseArrays(names, options, path);
    let left = MAX_BYTES;
    const read = async (name: string | undefined): Promise<NpyArray | undefined> => {
      const part: ZipPart | undefined = parts.get(`${name ?? ''}.npy`);
      if (!part) return undefined;
      const bytes = await part.read(left);
      left -= bytes.length;
      return parseNpy(bytes, `${path}: ${name ?? ''}`);
    };
    const [inputs, labels] = [await read(chosen.inputs), await read(chosen.labels)];
    const [testInputs, testLabels] = [await read(chosen.testInputs), await read(chosen.testLabels)];
    if (!inputs) throw inputError('npz.no-inputs', 'There is no array of inputs.', { path });
    const used = [chosen.inputs, chosen.labels, chosen.testInputs, chosen.testLabels];
    const others = names.filter((name) => !used.includes(name));
    return arraysTable(
      { inputs, labels },
      testInputs && { inputs: testInputs, labels: testLabels },
      { layout: options.layout, classNames: classNamesOf(options.classNames) },
      others.length > 0 ? [`Arrays that are not used: ${others.slice(0, 20).join(', ')}.`] : [],
    );
  },
});
