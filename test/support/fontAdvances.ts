/**
 * How wide a TrueType font draws characters, in thousandths of its size; read off its tables. Reference:
 * https://learn.microsoft.com/typography/opentype/spec/ (hmtx).
 */
import { glyphs, tableAt } from '#main/exportProcess/letters.ts';

export function advances(font: Uint8Array, from: number, to: number): readonly number[] {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const table = (tag: string): number => tableAt(view, tag);
  const unitsPerEm = view.getUint16(table('head') + 18);
  const widths = view.getUint16(table('hhea') + 34);
  const glyphOf = glyphs(font);
  const hmtx = table('hmtx');
  return Array.from({ length: to - from }, (_, i) => {
    const glyph = Math.min(glyphOf(from + i), widths - 1);
    return Math.round((1000 * view.getUint16(hmtx + 4 * glyph)) / unitsPerEm);
  });
}
