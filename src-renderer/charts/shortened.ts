/** A name that is drawn in so much room, cut where it has to be. */

/** `squeeze`: by how much the canvas may narrow the letters before any are lost (`fillText` with a width). */
export function shortened(
  context: CanvasRenderingContext2D,
  text: string,
  room: number,
  squeeze = 1,
): string {
  if (context.measureText(text).width <= room * squeeze) return text;
  for (let length = text.length - 1; length > 1; length--) {
    const short = `${text.slice(0, length)}…`;
    if (context.measureText(short).width <= room) return short;
  }
  return text.slice(0, 1);
}
