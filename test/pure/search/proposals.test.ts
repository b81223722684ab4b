/** Rule: what is proposed suits the document, can be trained, and is what people ask for. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { applyValues, gridValues, readSpace, searchProposals } from '#engine/search/index.ts';
import { example } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

function read(name: string) {
  const restored = restoreDocumentText(readFileSync(example(name), 'utf8'));
  if (!restored.ok) throw new Error(`${name} cannot be read`);
  return restored.document;
}
const textsOf = (name: string, id: string) =>
  searchProposals(read(name)).find((proposal) => proposal.id === id)?.texts;

test('the bottleneck of an autoencoder, 8 to 128', () => {
  const [text] = textsOf('denoising-autoencoder', 'bottleneck') ?? [];
  expect(text).toMatch(/^\w+\.out(Features|Channels)=8,16,32,64,128$/);
});

test('of a classifier: width, depth, activation, optimiser, rate, what layers are worth', () => {
  const found = searchProposals(pointsDocument('moons', 2));
  expect(Object.fromEntries(found.map(({ id, texts }) => [id, texts]))).toEqual({
    seeds: [],
    width: ['fc1.outFeatures=16,32,64,128,256'],
    depth: ['repeat(fc1..relu1)=1..6'],
    activation: ['relu1=ReLU,GELU,LeakyReLU,Sigmoid,Tanh'],
    optimizer: ['optimizer=Adam,SGD', 'lr=log:0.0001..0.1'],
    rate: ['lr=log:0.0001..0.1'],
    ablation: ['bypassed=none,fc1,relu1,fc2'],
  });
});

test.each([
  ['denoising-autoencoder', 'repeat(dec2..relu5)=1..6'],
  ['digits-mlp', 'repeat(fc2..relu2)=1..6'],
])('what gives the answer of %s its range is no part of its depth', (name, text) => {
  expect(textsOf(name, 'depth')).toEqual([text]);
});

test('nor is the end of a network that another one judges', () => {
  const [text = ''] = textsOf('digits-gan', 'depth') ?? [];
  expect(text).toMatch(/^repeat\(\w+\.\.\w+\)=1\.\.6$/);
  expect(text).not.toContain('fake');
});

test.each([
  'digits-lenet',
  'digits-cnn-batchnorm',
  'denoising-autoencoder',
  'digits-mlp',
  'regression',
])('every setting of every grid that is proposed for %s trains', (name) => {
  const document = read(name);
  for (const { texts, strategy } of searchProposals(document)) {
    if (strategy !== 'grid') continue;
    const space = readSpace(texts, document);
    for (const parameter of space) {
      for (const value of gridValues(parameter)) {
        const changed = applyValues(document, [parameter], { [parameter.name]: value });
        expect(analyse(changed).trainable, `${parameter.name}=${JSON.stringify(value)}`).toBe(true);
      }
    }
  }
});

test('a network that cannot be trained is not searched', () => {
  const document = pointsDocument('moons', 2);
  expect(searchProposals({ ...document, wires: document.wires.slice(1) })).toEqual([]);
});
