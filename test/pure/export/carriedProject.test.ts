/**
 * Rule: a picture gives back the project that it carries, exactly, and after other programs saved it anew; one
 * without a project, or with a damaged one, is refused with a sentence.
 */
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import {
  carriedInPng,
  carriedInSvg,
  isPicture,
  projectInPicture,
} from '#engine/export/picture/carried.ts';
import { serializeDocument } from '#engine/ir/serializeDocument.ts';
import { nodeCompression } from '#engine/platform/nodeCompression.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { smallestPng } from '#test/support/pictures.ts';
import { problemOf } from '#test/support/problems.ts';

const document = { ...pointsDocument('moons', 2), notes: 'Größe → 中文 <&>' };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (bytes: Uint8Array): string => projectInPicture(bytes, 'x', nodeCompression);
const refusal = (bytes: Uint8Array) => problemOf(() => read(bytes));

const svg = `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">${carriedInSvg(document, nodeCompression)}<g/></svg>`;
const png = carriedInPng(smallestPng(), document, nodeCompression);

it('is found in both', () => {
  for (const picture of [bytesOf(svg), png]) {
    expect(isPicture(picture)).toBe(true);
    expect(read(picture)).toBe(serializeDocument(document));
  }
  expect(isPicture(bytesOf('  {"format": "netloom"}'))).toBe(false);
});

it('survives that an editor writes the SVG anew', () => {
  const [, packed = ''] = /base64">([^<]*)</.exec(svg) ?? [];
  const lines = packed.replaceAll(/(.{76})/g, '$1\n');
  const anew = [
    '\ufeff<svg xmlns:ns0="urn:netloom:project:1" xmlns="http://www.w3.org/2000/svg"><g/>',
    `<metadata id="m"><ns0:project encoding="deflate base64"\n id="p">\n${lines}</ns0:project></metadata></svg>`,
  ].join('\n');
  expect(read(bytesOf(anew))).toBe(serializeDocument(document));
});

it('says that there is none', async () => {
  const none = { code: 'picture.no-project', path: 'x' };
  expect(await refusal(bytesOf('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toMatchObject(none);
  expect(await refusal(smallestPng())).toMatchObject(none);
});

it('says that it is damaged', async () => {
  const damaged = { code: 'picture.damaged', path: 'x' };
  expect(await refusal(bytesOf(svg.slice(0, svg.indexOf('base64">') + 40)))).toMatchObject(damaged);
  expect(await refusal(bytesOf(svg.replace('base64">', 'base64">AAAA')))).toMatchObject(damaged);
  expect(await refusal(png.subarray(0, 80))).toMatchObject(damaged);
  const broken = png.slice();
  broken[90] = (broken[90] ?? 0) ^ 0xff;
  expect(await refusal(broken)).toMatchObject(damaged);
});

it('does not unpack more than a project may have', async () => {
  const bomb = deflateSync(new Uint8Array(65 * 2 ** 20)).toString('base64');
  const [, packed = ''] = /base64">([^<]*)</.exec(svg) ?? [];
  const problem = await refusal(bytesOf(svg.replace(packed, bomb)));
  expect(problem).toMatchObject({ code: 'picture.damaged' });
});
