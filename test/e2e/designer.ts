/** The page as a person uses it: palette, canvas, dock. */
import { expect, type Locator, type Page } from '@playwright/test';

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

export class Designer {
  readonly page: Page;
  readonly canvas: Locator;

  constructor(page: Page) {
    this.page = page;
    this.canvas = page.getByRole('application', { name: 'Graph' });
  }

  node(name: string): Locator {
    // What flows and what is wrong follows after a comma.
    return this.canvas.getByRole('group', { name: new RegExp(`^${name}(,|$)`) });
  }

  async command(title: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.getByRole('combobox', { name: 'Search or run a command' }).fill(title);
    await this.page.getByRole('option', { name: title }).first().click();
  }

  async openExample(title: string): Promise<void> {
    await this.command('Examples');
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', { name: title }).click();
    await expect(this.page.getByRole('button', { name: `Project ${title}` })).toBeVisible();
    // Only then do keys and presses belong to the canvas again.
    await expect(dialog).toHaveCount(0);
  }

  get nodes(): Locator {
    return this.canvas.getByRole('group');
  }

  /** The card or wire that the keys are at, by what a screen reader is told of it. */
  async expectAt(name: RegExp): Promise<void> {
    await expect
      .poll(async () => {
        const id = await this.canvas.getAttribute('aria-activedescendant');
        return id === null ? '' : this.page.locator(`[id="${id}"]`).getAttribute('aria-label');
      })
      .toMatch(name);
  }

  async select(name: string): Promise<void> {
    // A graph that has just been opened is still being brought into view.
    await this.rests();
    // On the title: a drawing in the middle may take clicks for itself.
    await this.node(name).click({ position: { x: 40, y: 12 } });
  }

  /** Until neither the camera nor the cards move by themselves, and what is seen from there is drawn. */
  async rests(): Promise<void> {
    await this.canvas.evaluate(
      (canvas) =>
        new Promise<void>((done) => {
          let last: string | null = null;
          const look = (): void => {
            const isMoving = canvas.matches('.camera-moving, .settling');
            const camera =
              canvas.querySelector<HTMLElement>('.react-flow__viewport')?.style.transform ?? '';
            // The pictures of the cards are drawn in the frame after the camera has come to rest.
            if (!isMoving && camera === last) return done();
            last = isMoving ? null : camera;
            requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }),
    );
  }

  /** Where a card is, once the camera rests: before, a press may fall on what keeps the moving cards from being hit. */
  async restingBox(card: Locator): Promise<Box> {
    await card.waitFor();
    await this.rests();
    const box = await card.boundingBox();
    if (!box) throw new Error('the card is not on screen');
    return box;
  }

  dock(tab: string | RegExp): Locator {
    return this.page.getByRole('tab', { name: tab });
  }

  setting(name: string): Locator {
    return this.page
      .getByRole('region', { name: 'Training', exact: true })
      .getByRole('spinbutton', { name });
  }

  /** Drags a layer from the palette to a place of the canvas, in px from its corner. */
  async drop(layer: string, x: number, y: number): Promise<void> {
    const palette = this.page.getByRole('tabpanel', { name: 'Layers' });
    await palette.getByRole('searchbox').fill(layer);
    const item = palette.getByRole('button', { name: layer, exact: true }).last();
    await item.dragTo(this.canvas, { targetPosition: { x, y }, steps: 5 });
    await palette.getByRole('searchbox').fill('');
  }

  async wire(from: RegExp, to: RegExp): Promise<void> {
    const centre = async (port: Locator) => {
      const box = await port.boundingBox();
      if (!box) throw new Error('a port is not on screen');
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const start = await centre(this.canvas.getByRole('img', { name: from }));
    const end = await centre(this.canvas.getByRole('img', { name: to }));
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 5 });
    await this.page.mouse.move(end.x, end.y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** What is drawn on the canvases inside, all of them together. A blank canvas has no ink. */
  async drawing(of: Locator): Promise<Drawing> {
    return of.evaluate(async (element) => {
      // What was told to the page last is drawn in its next frame.
      for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
      const colours = new Set<number>();
      let [ink, area, checksum] = [0, 0, 0];
      const frame = element.getBoundingClientRect();
      for (const canvas of element.querySelectorAll('canvas')) {
        // What is scrolled out of sight is not drawn.
        const { top, bottom } = canvas.getBoundingClientRect();
        if (top >= frame.bottom || bottom <= frame.top) continue;
        const { width, height } = canvas;
        const context = width * height > 0 ? canvas.getContext('2d') : null;
        if (!context) continue;
        const { data } = context.getImageData(0, 0, width, height);
        const pixels = new Uint32Array(data.buffer);
        area += pixels.length;
        for (const pixel of pixels) {
          checksum = (Math.imul(checksum, 31) + pixel) | 0;
          if (pixel >>> 24 === 0) continue;
          ink += 1;
          colours.add(pixel);
        }
      }
      return { ink: area === 0 ? 0 : ink / area, colours: colours.size, checksum };
    });
  }

  /** What is drawn in the picture of a card; the pictures of all cards are on one canvas. */
  async picture(card: Locator): Promise<Drawing> {
    return card.evaluate((element) => {
      const sheet = document.querySelector<HTMLCanvasElement>('canvas.card-pictures');
      const context = sheet?.getContext('2d');
      if (!sheet || !context) throw new Error('no pictures');
      const frame = element.getBoundingClientRect();
      const whole = sheet.getBoundingClientRect();
      // The left, top, width and height of a picture in a card of 144 by 128.
      const unit = (frame.width / 144) * (sheet.width / whole.width);
      const x = ((frame.left - whole.left) * sheet.width) / whole.width + 10 * unit;
      const y = ((frame.top - whole.top) * sheet.height) / whole.height + 46 * unit;
      const [width, height] = [Math.round(126 * unit), Math.round(56 * unit)];
      const { data } = context.getImageData(Math.round(x), Math.round(y), width, height);
      const colours = new Set<number>();
      let [ink, checksum] = [0, 0];
      for (const pixel of new Uint32Array(data.buffer)) {
        checksum = (Math.imul(checksum, 31) + pixel) | 0;
        if (pixel >>> 24 === 0) continue;
        ink += 1;
        colours.add(pixel);
      }
      return { ink: ink / (width * height), colours: colours.size, checksum };
    });
  }

  /** Mean red, green and blue of a small square of a canvas; its middle in shares of the sides. */
  async colourAt(canvas: Locator, x: number, y: number): Promise<readonly number[]> {
    return canvas.evaluate(
      (element, [x, y, side]) => {
        if (!(element instanceof HTMLCanvasElement)) throw new Error('not a canvas');
        const left = Math.round(element.width * x - side / 2);
        const top = Math.round(element.height * y - side / 2);
        const data = element.getContext('2d')?.getImageData(left, top, side, side).data ?? [];
        return [0, 1, 2].map((channel) => {
          let sum = 0;
          for (let i = channel; i < data.length; i += 4) sum += data[i] ?? 0;
          return sum / (side * side);
        });
      },
      [x, y, 8] as const,
    );
  }
}

/** A number once it is the same three times in a row: what is drawn has been drawn. */
export async function settled(read: () => Promise<number>): Promise<number> {
  let [last, times] = [Number.NaN, 0];
  await expect
    .poll(async () => {
      const now = await read();
      times = now === last ? times + 1 : 1;
      last = now;
      return times;
    })
    .toBeGreaterThanOrEqual(3);
  return last;
}

export interface Drawing {
  /** Share of the pixels that something was drawn on. */
  readonly ink: number;
  /** How many there are. */
  readonly colours: number;
  /** Changes with the drawing. */
  readonly checksum: number;
}

/** How far two colours are apart, 0 to 441. */
export function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
}
