/**
 * How wide a TrueType font draws characters, in thousandths of its size; read off its tables. Reference:
 * https://learn.microsoft.com/typography/opentype/spec/ (cmap format 4, hmtx).
 */

export function advances(font: Uint8Array, from: number, to: number): readonly number[] {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const table = (tag: string): number => {
    for (let i = 0; i < view.getUint16(4); i++) {
      const at = 12 + 16 * i;
      const name = String.fromCharCode(...font.subarray(at, at + 4));
      if (name === tag) return view.getUint32(at + 8);
    }
    throw new Error(`the font has no ${tag}`);
  };
  const unitsPerEm = view.getUint16(table('head') + 18);
  const widths = view.getUint16(table('hhea') + 34);
  const glyphOf = characterMap(view, table('cmap'));
  const hmtx = table('hmtx');
  return Array.from({ length: to - from }, (_, i) => {
    const glyph = Math.min(glyphOf(from + i), widths - 1);
    return Math.round((1000 * view.getUint16(hmtx + 4 * glyph)) / unitsPerEm);
  });
}

function characterMap(view: DataView, cmap: number): (code: number) => number {
  const at = Array.from({ length: view.getUint16(cmap + 2) }, (_, i) =>
    view.getUint32(cmap + 8 + 8 * i),
  )
    .map((offset) => cmap + offset)
    .find((each) => view.getUint16(each) === 4);
  if (at === undefined) throw new Error('the font maps no characters by segments');
  const segments = view.getUint16(at + 6) / 2;
  const [ends, starts] = [at + 14, at + 16 + 2 * segments];
  const [deltas, ranges] = [starts + 2 * segments, starts + 4 * segments];
  return (code) => {
    for (let i = 0; i < segments; i++) {
      if (code > view.getUint16(ends + 2 * i)) continue;
      const start = view.getUint16(starts + 2 * i);
      if (code < start) return 0;
      const delta = view.getInt16(deltas + 2 * i);
      const range = view.getUint16(ranges + 2 * i);
      if (range === 0) return (code + delta) & 0xffff;
      const glyph = view.getUint16(ranges + 2 * i + range + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
