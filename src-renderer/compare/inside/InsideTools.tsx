/** By what two runs are aligned, and where they are looked at. */
import { useStore } from 'zustand';
import { formatInteger, formatNumber } from '#renderer/ui/format.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import type { Alignment } from './align.ts';
import { insideStore } from './insideStore.ts';
import type { Inside } from './useInside.ts';

const ALIGNMENTS: readonly { readonly value: Alignment; readonly label: string }[] = [
  { value: 'step', label: 'Step' },
  { value: 'epoch', label: 'Epoch' },
];
/** A share of the runs. */
const SLIDER_STEP = 0.005;

export function AlignmentChoice() {
  const align = useStore(insideStore, (state) => state.align);
  return (
    <Segments
      label="Align by"
      value={align}
      options={ALIGNMENTS}
      onChange={(next) => insideStore.setState({ align: next })}
    />
  );
}

export function PlaceSlider({ inside }: { readonly inside: Inside }) {
  const { align, at } = useStore(insideStore);
  const text = placeText(inside.place, align);
  return (
    <label className="slider-field">
      <span>At</span>
      <input
        type="range"
        className="slider"
        min={0}
        max={1}
        step={SLIDER_STEP}
        value={at}
        aria-label="Where both runs are looked at"
        aria-valuetext={at === 1 ? 'where each ended' : text}
        onChange={(event) => insideStore.setState({ at: event.target.valueAsNumber })}
        onDoubleClick={() => insideStore.setState({ at: 1 })}
      />
      <output className="slider-value">{at === 1 ? 'end' : text}</output>
    </label>
  );
}

export const placeText = (place: number, align: Alignment): string =>
  align === 'step' ? `step ${formatInteger(place)}` : `epoch ${formatNumber(place, 3)}`;
