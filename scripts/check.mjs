// `npm run check`: everything that is checked without running the product (lib/checks.mjs). `-- --staged` checks the
// files that are staged for a commit, as they lie in the folder; the git hook runs that.
import { runChecks } from './lib/checks.mjs';
import { stagedFiles } from './lib/git.mjs';
import { ensureInstalled } from './lib/project.mjs';

const say = (message) => console.log(`[check] ${message}`);
const isStaged = process.argv.includes('--staged');
const unknown = process.argv.slice(2).filter((argument) => argument !== '--staged');
if (unknown.length > 0) {
  console.error(`Unknown option ${unknown.join(' ')}. Use --staged, or none.`);
  process.exit(2);
}

ensureInstalled(say);
const files = isStaged ? stagedFiles() : null;
if (files?.length === 0) process.exit(0);
// As in `npm test`: a derived file that is stale fails here and is not written anew.
process.env.CI ??= 'true';
const results = await runChecks(files, say);
const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
if (failed.length > 0) say(`failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
