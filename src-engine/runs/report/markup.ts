/** Text as HTML and SVG take it, within elements and within quoted attributes. */
import { own } from '#engine/ir/record.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => own(ENTITIES, character) ?? character);
