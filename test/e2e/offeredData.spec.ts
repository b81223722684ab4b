/** Rule: a data set from the network is fetched by one click where the data is chosen, with size and licence named. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realDataset } from '../support/realDatasets.ts';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test('Iris by one click, after a server that fails first', async ({ app, page }) => {
  const path = realDataset('iris', 'iris.csv');
  test.skip(path === null, 'needs the Iris file');
  const content = Buffer.from(`${readFileSync(path ?? '', 'utf8').trimEnd()}\n\n`);
  let asked = 0;
  const server = createServer((_request, response) => {
    if (++asked === 1) response.writeHead(404).end();
    else response.end(content);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    join(app.home, 'settings.json'),
    JSON.stringify({ datasetMirror: `http://127.0.0.1:${port}/` }),
  );
  const designer = new Designer(page);
  await app.restart();
  await designer.select('Data data');
  await page.getByRole('combobox', { name: 'Data source' }).click();
  await page.getByRole('option', { name: 'Iris' }).click();
  const panel = page.getByRole('group', { name: 'Iris' });
  await expect(panel).toContainText('Licence: CC BY 4.0');
  await panel.getByRole('button', { name: /^Get Iris/ }).click();
  await expect(panel.getByRole('alert')).toContainText('does not have this file');
  await panel.getByRole('button', { name: /^Get Iris/ }).click();
  await expect(panel).toBeHidden();
  await expect(page.getByText('150 in all')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Data source' })).toContainText('Iris');
  server.closeAllConnections();
  server.close();
});
