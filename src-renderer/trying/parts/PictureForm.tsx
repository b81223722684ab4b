/** A picture: dropped, chosen, of the data, or drawn where it is small and grey. Shown as the network gets it. */
import { useEffect, useRef, useState, type DragEvent, type PointerEvent } from 'react';
import { useStore } from 'zustand';
import { chooseFiles } from '#renderer/app/chooseFile.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { rgbaOf } from '#renderer/data/pictures/Thumb.tsx';
import { trying } from '../services.ts';
import { brush } from './brush.ts';

type Shape = readonly [channels: number, height: number, width: number];

/** Of a picture that is drawn by hand. */
const LARGEST_DRAWN = 64;
const MOST_BYTES = 32 * 2 ** 20;
const ACCEPT = '.png,.jpg,.jpeg,.webp,.tif,.tiff,.gif';

export function PictureForm({ shape }: { readonly shape: Shape }) {
  const { input, answer } = useStore(trying.store);
  const [isOver, setIsOver] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [channels, height, width] = shape;
  const canDraw = channels === 1 && height <= LARGEST_DRAWN && width <= LARGEST_DRAWN;
  const [got] = answer?.got ?? [];
  const pixels =
    input?.kind === 'pixels' ? input.pixels : got?.kind === 'picture' ? got.pixels : undefined;
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      setRefused(`${file.name} is larger than 32 MiB.`);
      return;
    }
    setRefused(null);
    trying.change({ kind: 'picture', bytes: new Uint8Array(await file.arrayBuffer()) });
  };
  const drop = (event: DragEvent): void => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    // Dropped here it is tried, not read as data of the project.
    event.stopPropagation();
    setIsOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div
      className="try-picture"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <Pad shape={shape} pixels={pixels} canDraw={canDraw} />
      <div className="try-picture-side">
        <p className="try-note">
          {canDraw ? 'Draw, drop a picture here, or ' : 'Drop a picture here, or '}
          choose one. It becomes {height}×{width}
          {channels === 1 ? ', grey' : ''}.
        </p>
        <div className="try-buttons">
          <Button
            small
            icon="picture"
            onClick={() => chooseFiles(ACCEPT, ([file]) => void take(file))}
          >
            Choose…
          </Button>
          {canDraw && (
            <Button
              small
              onClick={() =>
                trying.change({ kind: 'pixels', pixels: new Uint8Array(height * width) })
              }
            >
              Clear
            </Button>
          )}
        </div>
        {input?.kind === 'picture' && (
          <label className="try-check">
            <input
              type="checkbox"
              checked={input.invert ?? false}
              onChange={({ target }) => trying.change({ ...input, invert: target.checked })}
            />
            Light and dark exchanged
          </label>
        )}
        {refused !== null && <p className="try-problem">{refused}</p>}
      </div>
    </div>
  );
}

/** Enlarged to a square, its pixels in sight. */
function Pad(props: {
  readonly shape: Shape;
  readonly pixels: Uint8Array | undefined;
  readonly canDraw: boolean;
}) {
  const { shape, pixels, canDraw } = props;
  const [, height, width] = shape;
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<Uint8Array | null>(null);
  const last = useRef<readonly [number, number] | null>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const shown = pixels ?? new Uint8Array(shape[0] * height * width);
    context.putImageData(rgbaOf(shown, shape), 0, 0);
    drawn.current = shown;
  }, [pixels, shape, height, width]);
  const draw = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (!canDraw || event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const at = [
      ((event.clientX - box.left) / box.width) * width,
      ((event.clientY - box.top) / box.height) * height,
    ] as const;
    const next = brush(
      drawn.current ?? new Uint8Array(height * width),
      shape,
      last.current ?? at,
      at,
    );
    last.current = at;
    drawn.current = next;
    trying.change({ kind: 'pixels', pixels: next });
  };
  return (
    <canvas
      ref={canvas}
      className={canDraw ? 'try-pad drawn' : 'try-pad'}
      {...{ width, height, role: 'img' }}
      aria-label="The picture as the network gets it"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = null;
        draw(event);
      }}
      onPointerMove={draw}
      onPointerUp={() => (last.current = null)}
    />
  );
}
