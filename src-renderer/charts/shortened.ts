/** A name that is drawn in so much room, cut where it has to be. */
export function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  for (let length = text.length - 1; length > 1; length--) {
    const short = `${text.slice(0, length)}…`;
    if (context.measureText(short).width <= room) return short;
  }
  return text.slice(0, 1);
}
