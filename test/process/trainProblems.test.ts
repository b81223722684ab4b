/** Rule: `train` says what `check` says of a project, before it trains. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { serializeDocument } from '#engine/ir/restoreDocument.ts';
import { runCli, temporaryFolder } from '../support/cli.ts';
import { chain, features, LABEL } from '../support/network.ts';
import { fed } from '../support/smallNetworks.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('a softmax too many', async () => {
  const document = fed(
    chain(
      [
        ['fc', 'Linear', { outFeatures: 2 }],
        ['softmax', 'Softmax'],
        ['loss', 'CrossEntropyLoss'],
      ],
      { input: 'features', fields: [features(2), { ...LABEL, classes: 2 }] },
    ),
    'moons',
  );
  const path = join(folder.path, 'twice.netloom.json');
  writeFileSync(path, serializeDocument(document));
  const home = join(folder.path, 'home');
  const checked = await runCli(home, 'check', path);
  const trained = await runCli(home, 'train', path, '--steps', '1');
  const [line = ''] = checked.stdout.split('\n').filter((each) => each.includes('double-softmax'));
  expect(line).toMatch(/^warning loss\.double-softmax/);
  expect(trained).toMatchObject({ code: 0 });
  expect(trained.stderr.split('\n')).toContain(line);
});
