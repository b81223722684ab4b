/**
 * Elements without a framework. Text is always text: nothing here reads markup, so nothing that people called
 * something can become some.
 */
type Child = Node | string | null;
type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** `true` is an attribute without a value; `false` and null leave it out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(label: string, onPress: () => void, kind = ''): HTMLButtonElement {
  const made = element('button', { type: 'button', class: `button ${kind}`.trim() }, label);
  made.addEventListener('click', onPress);
  return made;
}

/** A switch with its words. */
export function check(
  label: string,
  isOn: boolean,
  onChange: (isOn: boolean) => void,
): HTMLLabelElement {
  const box = element('input', { type: 'checkbox', checked: isOn });
  box.addEventListener('change', () => onChange(box.checked));
  return element('label', { class: 'check' }, box, label);
}

/** Sharp on the screen that it is on; the drawing is in CSS pixels. */
export function sizedContext(canvas: HTMLCanvasElement): {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
} {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser draws nothing');
  return context;
}

/** A colour of the theme in force. */
export const colorOf = (token: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
