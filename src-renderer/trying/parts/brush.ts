/** A soft stroke, white on black, as wide as pens are in pictures of digits. Pure. */

/** Of the shorter side. */
const RADIUS = 1 / 22;
const WHITE = 255;

/** Another picture, u8 `[1, H, W]`, with a stroke between two places in pixels. */
export function brush(
  pixels: Uint8Array,
  [, height, width]: readonly [number, number, number],
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
): Uint8Array {
  const radius = Math.max(0.7, Math.min(height, width) * RADIUS);
  const [lengthX, lengthY] = [toX - fromX, toY - fromY];
  const length = lengthX ** 2 + lengthY ** 2;
  const next = pixels.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [x + 0.5 - fromX, y + 0.5 - fromY];
      const along =
        length === 0 ? 0 : Math.min(1, Math.max(0, (px * lengthX + py * lengthY) / length));
      const distance = Math.hypot(px - along * lengthX, py - along * lengthY);
      // Full within, fading over one pixel.
      const share = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const at = y * width + x;
      next[at] = Math.max(next[at] ?? 0, Math.round(share * WHITE));
    }
  }
  return next;
}
