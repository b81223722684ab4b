/**
 * The project inside of a picture: in the metadata of an SVG, packed and in base64; in a text chunk of a PNG. Found
 * again by its namespace or keyword, whatever a program that saved the picture anew has made of the rest.
 */
import { base64Decode, base64Encode } from '@bufbuild/protobuf/wire';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { inputError } from '#engine/ir/problem.ts';
import { serializeDocument } from '#engine/ir/serializeDocument.ts';
import { element } from '#engine/drawing/markup.ts';
import type { Compression } from '#engine/platform/compression.ts';
import { isPng, textOf, withText } from './png.ts';

const NAMESPACE = 'urn:netloom:project:1';
const KEYWORD = 'netloom';
const ENCODING = 'deflate base64';
/** As large as a project may be. */
const MOST_BYTES = 64 * 2 ** 20;

/** An element for the beginning of an SVG. */
export function carriedInSvg(document: NetworkDocument, compression: Compression): string {
  const packed = compression.deflate(new TextEncoder().encode(serializeDocument(document)));
  return element(
    'metadata',
    {},
    element(
      'netloom:project',
      { 'xmlns:netloom': NAMESPACE, encoding: ENCODING },
      base64Encode(packed),
    ),
  );
}

export function carriedInPng(
  png: Uint8Array,
  document: NetworkDocument,
  compression: Compression,
): Uint8Array {
  return withText(png, KEYWORD, serializeDocument(document), compression);
}

/** PNG, or XML of some kind: what else may be handed in for a project begins otherwise. */
export const isPicture = (bytes: Uint8Array): boolean => isPng(bytes) || firstLetter(bytes) === '<';

/** Behind a byte order mark and blanks. */
function firstLetter(bytes: Uint8Array): string {
  const head = new TextDecoder().decode(bytes.subarray(0, 256));
  return head.trimStart().slice(0, 1);
}

/**
 * The text of the project that a picture carries; to be restored as any project. Throws InputError where it
 * carries none, or something of it is damaged.
 */
export function projectInPicture(
  bytes: Uint8Array,
  path: string,
  compression: Compression,
): string {
  const text = isPng(bytes)
    ? textOf(bytes, KEYWORD, MOST_BYTES, compression)
    : textOfSvg(bytes, compression);
  if (typeof text === 'string') return text;
  throw text === undefined
    ? inputError('picture.no-project', 'This picture carries no project.', {
        path,
        explanation: 'Pictures of graphs that Netloom exports do, unless that was switched off.',
      })
    : inputError('picture.damaged', 'The project in this picture cannot be read.', {
        path,
        explanation: 'The file is damaged, or a program has changed what it carries.',
      });
}

function textOfSvg(bytes: Uint8Array, compression: Compression): string | null | undefined {
  let svg: string;
  try {
    svg = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  const declared = svg.indexOf(`"${NAMESPACE}"`);
  if (declared < 0) return undefined;
  // Who saves it anew may have given the namespace another prefix.
  const prefix = /xmlns:([\w.-]+)=$/.exec(svg.slice(Math.max(0, declared - 100), declared))?.[1];
  if (prefix === undefined) return null;
  const start = svg.indexOf(`<${prefix}:project`);
  const from = start < 0 ? -1 : svg.indexOf('>', start);
  const to = from < 0 ? -1 : svg.indexOf(`</${prefix}:project`, from);
  if (to < 0) return null;
  try {
    const packed = base64Decode(svg.slice(from + 1, to).replaceAll(/\s+/g, ''));
    const text = compression.inflate(packed, MOST_BYTES);
    return text && new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    return null;
  }
}
