import { describe, expect, it } from 'vitest';
import { datasets, loadData } from '#engine/datasets/index.ts';
import { createNodePlatform } from '#engine/platform/node.ts';

describe('smoke', () => {
  it('loads', async () => {
    for (const id of datasets.keys()) {
      const table = await loadData(id, {}, createNodePlatform().files);
      expect(table.count).toBeGreaterThan(0);
    }
    expect(datasets.size).toBeGreaterThan(5);
  });
});
