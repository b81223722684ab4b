/** How a layer looks: its icon and its colour, by where the palette has it. Unknown layers are grey. */
import type { LayerCategory, LayerDefinition } from '#engine/layers/define.ts';
import { Icon, type DrawnIconName } from './Icon.tsx';

type Look = Pick<LayerDefinition, 'category'> | null | undefined;

/** Each layer category has one icon and one hue; the icon and the name tell it, not the hue. */
const CATEGORY_ICON: Readonly<Record<LayerCategory, DrawnIconName>> = {
  Data: 'data',
  Linear: 'linear',
  Convolution: 'conv',
  Activation: 'activation',
  Normalisation: 'norm',
  Pooling: 'pool',
  Shape: 'shape',
  Merge: 'merge',
  Noise: 'noise',
  Loss: 'loss',
};

/** The CSS colour of a category; unknown layers are grey. */
const CATEGORY_COLOR: Readonly<Record<LayerCategory, string>> = {
  Data: 'var(--c-data)',
  Linear: 'var(--c-linear)',
  Convolution: 'var(--c-conv)',
  Activation: 'var(--c-act)',
  Normalisation: 'var(--c-norm)',
  Pooling: 'var(--c-pool)',
  Shape: 'var(--c-shape)',
  Merge: 'var(--c-merge)',
  Noise: 'var(--c-noise)',
  Loss: 'var(--c-loss)',
};

export const categoryColor = (category: LayerCategory): string => CATEGORY_COLOR[category];

export const layerColor = (definition: Look): string =>
  definition ? CATEGORY_COLOR[definition.category] : 'var(--t-3)';

export const layerIcon = (definition: Look): DrawnIconName =>
  definition ? CATEGORY_ICON[definition.category] : 'unknown';

/** Its icon in its colour. */
export function LayerIcon({ definition }: { readonly definition: Look }) {
  return (
    <span style={{ color: layerColor(definition) }}>
      <Icon name={layerIcon(definition)} size={14} />
    </span>
  );
}
