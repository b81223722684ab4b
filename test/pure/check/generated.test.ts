/** Rule: what is generated is the last value of a latent source that one objective's weights alone have made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { generatedOutput } from '#engine/check/generated.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'resources', 'examples');

function generatedBy(name: string) {
  const restored = restoreDocumentText(readFileSync(join(FOLDER, `${name}.netloom.json`), 'utf8'));
  if (!restored.ok) throw new Error(name);
  return generatedOutput(analyse(restored.document), restored.document);
}

test('of a GAN the fake, before the discriminator', () => {
  expect(generatedBy('digits-gan')).toEqual({ node: 'fake', port: 'y' });
});

test.each(['digits-mlp', 'denoising-autoencoder', 'tied-autoencoder'])('%s: nothing', (name) => {
  expect(generatedBy(name)).toBeNull();
});
