/** How a layer looks: its icon and its colour, by where the palette has it. Unknown layers are grey. */
import type { LayerCategory, LayerDefinition } from '#engine/layers/define.ts';
import { layerIcon } from '#engine/drawing/layerIcons.ts';
import { Icon } from './Icon.tsx';

type Look = Pick<LayerDefinition, 'category'> | null | undefined;

/** The CSS colour of a category; unknown layers are grey. */
const CATEGORY_COLOR: Readonly<Record<LayerCategory, string>> = {
  Data: 'var(--c-data)',
  Linear: 'var(--c-linear)',
  Convolution: 'var(--c-conv)',
  Activation: 'var(--c-act)',
  Normalisation: 'var(--c-norm)',
  Pooling: 'var(--c-pool)',
  Sequence: 'var(--c-sequence)',
  Shape: 'var(--c-shape)',
  Merge: 'var(--c-merge)',
  Noise: 'var(--c-noise)',
  Loss: 'var(--c-loss)',
};

export const categoryColor = (category: LayerCategory): string => CATEGORY_COLOR[category];

export const layerColor = (definition: Look): string =>
  definition ? CATEGORY_COLOR[definition.category] : 'var(--t-3)';

/** Its icon in its colour. */
export function LayerIcon({ definition }: { readonly definition: Look }) {
  return (
    <span style={{ color: layerColor(definition) }}>
      <Icon name={layerIcon(definition)} size={14} />
    </span>
  );
}
