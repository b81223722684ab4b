// `npm run derive`: writes the files that are made from the code anew (the layer reference, the project schema, the tales,
// what PyTorch and Keras answer to the code of layers, for which it asks a Python that has them). Commit what it changes.
import { ensureInstalled, runTool } from './lib/project.mjs';

ensureInstalled((message) => console.log(`[derive] ${message}`));
// Their own tests write them, where CI does not ask that they be fresh.
const status = runTool(
  'vitest',
  [
    'run',
    'test/static/layerReference.test.ts',
    'test/static/schema.test.ts',
    'test/static/tales.test.ts',
    'test/parity/layers.test.ts',
    'test/parity/torchAnswers.test.ts',
    'test/parity/kerasAnswers.test.ts',
  ],
  { env: { CI: '', NETLOOM_TEST_PYTHON: '1' } },
);
process.exit(status);
