/**
 * An image: drawn where those of the data are drawings, and chosen, dropped or pasted as a file. What the network
 * is given is shown beside it, pixel by pixel.
 */
import type { Drawing } from '#engine/export/player/model.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { button, check, element } from '../dom.ts';
import { numbersOfInk, numbersOfPicture } from '../pictures/given.ts';
import { valueText } from '../numbers.ts';
import { paintImage } from '../pictures/paint.ts';
import type { Picture } from '../pictures/picture.ts';
import { readPicture } from '../pictures/readFile.ts';
import { drawnInk } from '../pictures/strokes.ts';
import type { InputContext, InputOf, InputView } from './define.ts';
import { drawingPad } from './pad.ts';

/** Of the pen, in shares of its width in the data. */
const PEN_RANGE = { least: 0.4, most: 2.5 };

export function imageInput(input: InputOf<'image'>, context: InputContext): InputView {
  const { name, shape, drawing, low, high } = input;
  const blank = new Float32Array(elementCount(shape)).fill(drawing?.ground === 1 ? high : low);
  const given = element('canvas', {
    class: 'pixels given',
    role: 'img',
    'aria-label': 'What the network is given',
  });
  const said = element('p', { class: 'hint', role: 'status' });
  let picture: Picture | null = null;
  let isPosed = drawing?.pose != null;
  let isInverted = false;
  let pen = drawing?.penPixels ?? 1;

  const give = (numbers: Float32Array): void => {
    paintImage(given, input, numbers);
    context.change(numbers);
  };
  const fromPad = (): void => {
    if (!pad || !drawing) return;
    picture = null;
    invert.hidden = true;
    if (pad.strokes.length === 0) return give(blank);
    const pose = isPosed ? drawing.pose : null;
    give(numbersOfInk(drawnInk(pad.strokes, pen, input, pose), input, drawing.ground));
  };
  const fromPicture = (): void => {
    if (!picture) return;
    const numbers = numbersOfPicture(picture, input, { isPosed, isInverted });
    pad?.showImage(numbers);
    give(numbers);
  };
  const again = (): void =>
    picture ? fromPicture() : pad && pad.strokes.length > 0 ? fromPad() : undefined;

  const pad = drawing ? drawingPad(input, { ground: drawing.ground, pen }, fromPad) : null;
  const invert = check('Inverted', false, (isOn) => {
    isInverted = isOn;
    again();
  });
  invert.hidden = true;
  const load = async (file: Blob): Promise<void> => {
    try {
      picture = await readPicture(file);
    } catch {
      said.textContent = 'This is no picture that the browser reads.';
      return;
    }
    said.textContent = '';
    isInverted = false;
    const box = invert.querySelector('input');
    if (box) box.checked = false;
    invert.hidden = false;
    fromPicture();
  };
  const chooser = element('input', { type: 'file', accept: 'image/*', hidden: true });
  chooser.addEventListener('change', () => {
    const [file] = chooser.files ?? [];
    if (file) void load(file);
    chooser.value = '';
  });
  const tools = element(
    'div',
    { class: 'tools' },
    ...(pad ? [button('Clear', () => pad.clear()), button('Undo', () => pad.undo())] : []),
    button('Choose an image', () => chooser.click()),
    chooser,
    drawing && pad
      ? penSlider(drawing, (pixels) => {
          pen = pixels;
          pad.setPen(pixels);
          again();
        })
      : null,
    drawing?.pose
      ? check('As large and where as in the data', isPosed, (isOn) => {
          isPosed = isOn;
          again();
        })
      : null,
    invert,
  );
  const made = element(
    'div',
    { class: 'ask image' },
    element('h2', {}, name, element('small', {}, sizeText(input))),
    element(
      'div',
      { class: pad ? 'canvases' : 'canvases alone' },
      pad?.element ?? null,
      element(
        'figure',
        {},
        given,
        element('figcaption', {}, pad ? 'What the network is given' : ''),
      ),
    ),
    tools,
    element('p', { class: 'hint' }, hintOf(drawing, pad !== null)),
    said,
  );
  takeFiles(made, context.isAlone, (file) => void load(file));
  paintImage(given, input, blank);
  return {
    element: made,
    initial: blank,
    show(numbers) {
      picture = null;
      invert.hidden = true;
      pad?.showImage(numbers);
      paintImage(given, input, numbers);
    },
  };
}

function penSlider({ penPixels }: Drawing, onPen: (pixels: number) => void): HTMLElement {
  const slider = element('input', {
    type: 'range',
    min: penPixels * PEN_RANGE.least,
    max: penPixels * PEN_RANGE.most,
    step: 'any',
    value: penPixels,
  });
  slider.addEventListener('input', () => onPen(slider.valueAsNumber));
  return element('label', { class: 'pen' }, 'Pen', slider);
}

const sizeText = ({ channels, height, width }: InputOf<'image'>): string =>
  `${width}×${height}, ${channels === 1 ? 'grey' : channels === 3 ? 'colour' : 'colour, alpha'}`;

function hintOf(drawing: Drawing | null, canDraw: boolean): string {
  const files = 'An image can be dropped here or pasted.';
  if (!canDraw) return files;
  const pose = drawing?.pose;
  if (!pose) return `Draw, or give an image: ${files.charAt(0).toLowerCase()}${files.slice(1)}`;
  const middle = pose.centre === 'mass' ? 'its centre of mass' : 'the box around it';
  return `As in the data, what you draw is made ${valueText(pose.sidePixels, 2)} pixels large, with ${middle} at ${valueText(pose.x, 3)}, ${valueText(pose.y, 3)}. ${files}`;
}

/** Dropped on the element; pasted anywhere where nothing else takes images. */
function takeFiles(target: HTMLElement, isAlone: boolean, take: (file: File) => void): void {
  const imageOf = (files: FileList | undefined): File | undefined =>
    [...(files ?? [])].find(({ type }) => type.startsWith('image/'));
  target.addEventListener('dragover', (event) => {
    event.preventDefault();
    target.classList.add('over');
  });
  target.addEventListener('dragleave', () => target.classList.remove('over'));
  target.addEventListener('drop', (event) => {
    event.preventDefault();
    target.classList.remove('over');
    const file = imageOf(event.dataTransfer?.files);
    if (file) take(file);
  });
  document.addEventListener('paste', (event) => {
    const file = imageOf(event.clipboardData?.files);
    if (file && (isAlone || target.contains(document.activeElement))) take(file);
  });
}
