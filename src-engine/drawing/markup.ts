/** Text as HTML, XML and SVG take it, within elements and within quoted attributes. Pure. */
import { own } from '../ir/record.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** XML has no word for these, not even an entity: one of them and no reader takes the file. */
// oxlint-disable-next-line no-control-regex -- Control characters are what it is about.
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

export const escaped = (text: string): string =>
  text
    .replaceAll(/[&<>"']/g, (character) => own(ENTITIES, character) ?? character)
    .replaceAll(NOT_IN_XML, '\ufffd');

type Attribute = string | number | undefined;

/** Lengths as short as they can be read: a hundredth of a px is nothing. */
const written = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value);

/** An element; attributes that are undefined are left out. `children` are markup already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
  ...children: readonly string[]
): string {
  const all = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${written(value)}"`],
  );
  const inside = children.join('');
  return inside === ''
    ? `<${name}${all.join('')}/>`
    : `<${name}${all.join('')}>${inside}</${name}>`;
}
