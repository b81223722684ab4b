/** Which arrays are inputs and labels of which split, by what people call them. Names only. */
import { inputError } from '#engine/ir/problem.ts';

const INPUTS = ['x', 'images', 'image', 'data', 'features', 'inputs', 'input'];
const LABELS = ['y', 'labels', 'label', 'targets', 'target', 'classes'];
const TEST = ['test', 'testing'];
const TRAIN = ['train', 'training'];

export interface ChosenArrays {
  readonly inputs: string;
  readonly labels: string | undefined;
  readonly testInputs: string | undefined;
  readonly testLabels: string | undefined;
}

interface Told {
  readonly name: string;
  readonly what: 'inputs' | 'labels' | null;
  readonly split: 'train' | 'test' | null;
  /** Has words of neither kind: `val_images`. */
  readonly isOther: boolean;
}

export function chooseArrays(
  names: readonly string[],
  given: { readonly inputs: string; readonly labels: string },
  path: string,
): ChosenArrays {
  const all = names.map(told);
  const find = (what: Told['what'], split: Told['split']): string | undefined =>
    all.find((each) => each.what === what && each.split === split && !each.isOther)?.name;
  const named = (name: string): string | undefined => {
    const wanted = name.trim();
    if (wanted === '' || names.includes(wanted)) return wanted || undefined;
    throw inputError('npz.no-array', `There is no array ${wanted}.`, {
      path,
      explanation: `Arrays in it: ${names.slice(0, 20).join(', ')}.`,
    });
  };
  const split = find('inputs', 'train') === undefined ? null : 'train';
  // numpy.savez calls arrays without a name so.
  const isPlain = names.includes('arr_0') && names.length <= 2;
  const inputs =
    named(given.inputs) ??
    find('inputs', split) ??
    (isPlain ? 'arr_0' : names.length === 1 ? names[0] : undefined);
  if (inputs === undefined) {
    throw inputError('npz.no-inputs', 'No array is called as inputs usually are.', {
      path,
      explanation: `Name one in the option "inputs": ${names.slice(0, 20).join(', ')}.`,
    });
  }
  const plainLabels = isPlain && names.includes('arr_1') ? 'arr_1' : undefined;
  const labels = named(given.labels) ?? find('labels', split) ?? plainLabels;
  const isChosen = given.inputs.trim() !== '';
  const testInputs = isChosen ? undefined : find('inputs', 'test');
  const testLabels = testInputs === undefined ? undefined : find('labels', 'test');
  return { inputs, labels, testInputs, testLabels };
}

function told(name: string): Told {
  const words = name.toLowerCase().split(/[^a-z0-9]+|(?<=^[xy])(?=train|test)/);
  const has = (list: readonly string[]): boolean => words.some((word) => list.includes(word));
  return {
    name,
    what: has(INPUTS) ? 'inputs' : has(LABELS) ? 'labels' : null,
    split: has(TRAIN) ? 'train' : has(TEST) ? 'test' : null,
    isOther: !words.every((word) => [INPUTS, LABELS, TEST, TRAIN].flat().includes(word)),
  };
}
