/**
 * Which letters of a drawing no font at hand has: they are left out when it is drawn as pixels. Reference:
 * https://learn.microsoft.com/typography/opentype/spec/cmap (formats 4 and 12).
 */

/** By the code of a character its glyph in a TrueType font; 0: it has none. */
export function glyphs(font: Uint8Array): (code: number) => number {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableAt(view, 'cmap');
  const maps = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, i) => cmap + view.getUint32(cmap + 8 + 8 * i),
  );
  const inFormat = (format: number) => maps.find((at) => view.getUint16(at) === format);
  // Whoever has one with all planes has the first plane in it, too.
  const [whole, basic] = [inFormat(12), inFormat(4)];
  if (whole !== undefined) return groups(view, whole);
  if (basic !== undefined) return segments(view, basic);
  throw new Error('the font maps no characters by groups or segments');
}

/** Where a table of a font begins, in bytes. */
export function tableAt(view: DataView, tag: string): number {
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    const name = [0, 1, 2, 3].map((k) => String.fromCharCode(view.getUint8(at + k))).join('');
    if (name === tag) return view.getUint32(at + 8);
  }
  throw new Error(`the font has no ${tag}`);
}

function groups(view: DataView, at: number): (code: number) => number {
  const count = view.getUint32(at + 12);
  return (code) => {
    for (let i = 0; i < count; i++) {
      const group = at + 16 + 12 * i;
      if (code > view.getUint32(group + 4)) continue;
      const start = view.getUint32(group);
      return code < start ? 0 : view.getUint32(group + 8) + code - start;
    }
    return 0;
  };
}

function segments(view: DataView, at: number): (code: number) => number {
  const count = view.getUint16(at + 6) / 2;
  const [ends, starts] = [at + 14, at + 16 + 2 * count];
  const [deltas, ranges] = [starts + 2 * count, starts + 4 * count];
  return (code) => {
    for (let i = 0; i < count; i++) {
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

const TEXTS = /<text\b[^>]*>(.*?)<\/text>/gsu;
/** What is not seen in any font: spaces, joiners, what chooses a look of the letter before. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}]/u;

/** Letters of the texts of an SVG that none of the fonts has, each once, as they come. */
export function missingLetters(svg: string, fonts: readonly Uint8Array[]): readonly string[] {
  const known = fonts.map(glyphs);
  // Entities are ASCII, which every font has; so are tags within.
  const all = new Set([...svg.matchAll(TEXTS)].flatMap(([, text = '']) => [...text]));
  return [...all].filter((letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return code > 0x7f && !UNSEEN.test(letter) && known.every((glyphOf) => glyphOf(code) === 0);
  });
}
