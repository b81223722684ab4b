/** What each output of a page means, so that it can be shown: classes, a chance, a picture, numbers of the data. */
import type { Head } from '#engine/check/heads.ts';
import type { ForwardOutput } from '#engine/compile/forward.ts';
import { portKey } from '#engine/compile/lower.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { elementCount, perSample } from '#engine/ir/tensor.ts';
import { fieldsOf } from '../source.ts';
import { type Asking, classNamesOf, imageSides, scaledImageRange } from './inputs.ts';
import type { PlayerOutput } from './model.ts';

export interface DescribedOutput {
  readonly output: PlayerOutput;
  /** The field that says what is right; null where none does. */
  readonly truth: string | null;
}

/** `isGenerated`: it is made from chance. */
export function outputOf(
  output: ForwardOutput,
  asking: Asking,
  { isGenerated, isAlone }: { readonly isGenerated: boolean; readonly isAlone: boolean },
): DescribedOutput {
  const { name, from } = output;
  const head = isGenerated ? null : headOf(asking, output);
  const shape = shapeOf(asking, output);
  const size = elementCount(shape);
  const target = head?.targetField?.field ?? null;
  const named = {
    name,
    shape,
    title: isGenerated ? 'Generated' : titleOf(asking, output, isAlone),
  };
  const truth = target && target.role !== 'input' ? target.name : null;
  if (head?.classifies && target) {
    const classes = classNamesOf(target);
    if (size === classes.length && size > 1) {
      return { output: { ...named, kind: 'classes', classes }, truth };
    }
  }
  const isProbability = output.activatedBy !== undefined;
  if (isProbability && size === 1) {
    const [no, yes] = target?.role === 'label' ? classNamesOf(target) : [];
    const classes = no === undefined || yes === undefined ? null : ([no, yes] as const);
    return { output: { ...named, kind: 'chance', classes }, truth };
  }
  const like = sameImage(asking, target, shape);
  const sides = imageSides(shape) ?? (like && imageSides(like.shape));
  if (sides) {
    const [low, high] = isProbability || !like ? ([0, 1] as const) : scaledImageRange(like, asking);
    const shown = target?.role === 'input' ? target.name : null;
    return {
      output: {
        ...named,
        title: shown ? 'Rebuilt' : named.title,
        kind: 'image',
        ...sides,
        low,
        high,
        like: shown,
      },
      truth: null,
    };
  }
  const own = target?.role === 'target' ? asking.table?.target : null;
  const factor = own?.scale ?? asking.source.binding.get(target?.name ?? '')?.dividedBy ?? 1;
  const names = Array.from({ length: size }, (_, i) =>
    size === 1 ? (own?.name ?? target?.name ?? from.node) : String(i + 1),
  );
  return { output: { ...named, kind: 'numbers', names, factor }, truth };
}

function headOf({ source }: Asking, { from, activatedBy }: ForwardOutput): Head | null {
  const { heads } = source.analysis;
  const judges = heads.filter(
    ({ prediction }) => prediction && portKey(prediction) === portKey(from),
  );
  return activatedBy ?? judges[0] ?? null;
}

function shapeOf({ source }: Asking, { from }: ForwardOutput): readonly number[] {
  const { outputs } = source.analysis.nodes.get(from.node) ?? {};
  return perSample((outputs && own(outputs, from.port)?.shape) ?? []);
}

/** The image of the data that it is to look like, flat or not: its target, else one of the same size. */
function sameImage(
  { source }: Asking,
  target: DataField | null,
  shape: readonly number[],
): DataField | null {
  const all = fieldsOf(source.analysis).filter(({ role }) => role === 'input');
  const wanted = target?.role === 'input' ? [target] : all;
  const isSame = (field: DataField): boolean =>
    imageSides(field.shape) !== null && elementCount(field.shape) === elementCount(shape);
  return wanted.find(isSame) ?? null;
}

/** Of the target, in the words of the table; of several with the same the loss says which. */
function titleOf(asking: Asking, output: ForwardOutput, isAlone: boolean): string {
  const head = headOf(asking, output);
  if (!head) return output.name;
  const field = head.targetField?.field;
  const word = field && field.role !== 'input' ? (asking.table?.target?.name ?? field.name) : null;
  if (isAlone) return word === null ? 'Answer' : word;
  return word === null ? head.loss : `${word} (${head.loss})`;
}
