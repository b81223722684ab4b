/** Rule: the lint rule `netloom/import-path` knows one way to write each import. */
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const eslint = new ESLint({
  cwd: ROOT,
  // The rule asks for no types, and to find them takes a while.
  overrideConfig: { languageOptions: { parserOptions: { project: null } } },
  fix: true,
  ruleFilter: ({ ruleId }) => ruleId === 'netloom/import-path',
});

test.each([
  ['src-engine/ir/naming.ts', '#engine/ir/record.ts', './record.ts'],
  ['src-engine/ir/naming.ts', '#engine/ops/ops.ts', '../ops/ops.ts'],
  ['src-engine/datasets/csv/rows.ts', '../../ir/record.ts', '#engine/ir/record.ts'],
  ['src-engine/datasets/csv/rows.ts', '#engine/datasets/define.ts', '../define.ts'],
  ['src-renderer/ui/format.ts', '#renderer/state/runs.ts', '../state/runs.ts'],
  ['src-main/cli/check.ts', '../../src-engine/ir/index.ts', '#engine/ir/index.ts'],
  ['src-engine/ir/naming.ts', '../ops/ops.ts', '../ops/ops.ts'],
  ['src-engine/ir/naming.ts', 'zod', 'zod'],
])('%s writes %s as %s', async (file, written, wanted) => {
  const [result] = await eslint.lintText(`import '${written}';\n`, { filePath: join(ROOT, file) });
  expect(result?.fatalErrorCount).toBe(0);
  expect(result?.output ?? `import '${written}';\n`).toBe(`import '${wanted}';\n`);
});
