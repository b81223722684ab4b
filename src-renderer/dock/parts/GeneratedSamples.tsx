/** What a generator makes: always from the same random numbers, so that one sees what becomes of them. */
import type { SampleAnswers } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import './samples.css';

type Frame = Extract<SampleAnswers, { kind: 'generated' }>;

export function GeneratedSamples({ frame }: { readonly frame: Frame }) {
  return (
    <div className="generated scroll" role="group" tabIndex={0} aria-label="Generated samples">
      {frame.images.map((image, i) => (
        // Their order is all that they are known by.
        <ImageCanvas key={i} image={image} label={`Generated sample ${i + 1}`} />
      ))}
    </div>
  );
}
