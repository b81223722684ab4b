/** What a row of a table of samples is about: its picture or its numbers, and the truth about it. */
import type { ReactNode } from 'react';
import type { SampleImage } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import { formatShort } from '#renderer/ui/format.ts';

export function SampleInput(props: {
  readonly sample: {
    readonly row: number;
    readonly image?: SampleImage;
    readonly features?: Float32Array;
  };
  readonly children: ReactNode;
}) {
  const { row, image, features } = props.sample;
  return (
    <span className="same-input">
      {image ? (
        <ImageCanvas image={image} label={`Sample ${row}`} />
      ) : (
        <small>{Array.from(features ?? [], (x) => formatShort(x)).join(', ')}</small>
      )}
      {props.children}
    </span>
  );
}
