/** Rule: what becomes of a file that is dropped follows from how it begins, not from what it is called. */
import { expect, test } from 'vitest';
import { writeSafetensors } from '#engine/export/safetensors.ts';
import { fileKind, type FileKind } from '#renderer/app/fileKind.ts';
import { smallestPng } from '#test/support/pictures.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const weights = writeSafetensors({
  tensors: new Map([['a', { shape: [1], data: Float32Array.of(1) }]]),
  metadata: {},
});

const CASES: readonly (readonly [string, Uint8Array, FileKind])[] = [
  ['a PNG', smallestPng(), 'picture'],
  ['an SVG', text('<?xml version="1.0"?>\n<svg/>'), 'picture'],
  ['an SVG behind a byte order mark', text('\ufeff \n<svg/>'), 'picture'],
  ['a project', text('{"format": "netloom"}'), 'project'],
  ['a project behind blanks', text('\ufeff\n  {"format": "netloom"}'), 'project'],
  ['a model', text('{\n "format": "netloom-model",\n "version": 1'), 'model'],
  [
    'a project that speaks of models',
    text('{"format": "netloom", "name": "netloom-model"}'),
    'project',
  ],
  ['weights', weights, 'weights'],
  ['a zip', text('PK\u0003\u0004'), 'runs'],
  ['a table', text('a,b\n1,2\n'), 'other'],
  [
    'numbers that are no length',
    Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 123),
    'other',
  ],
  ['nothing', new Uint8Array(), 'other'],
];

test.each(CASES)('%s', (_name, head, kind) => {
  expect(fileKind(head)).toBe(kind);
});
