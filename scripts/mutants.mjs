// `npm run mutants`: changes the engine's rules in one place at a time and says which changes no fast test notices.
// Usage: npm run mutants [-- --count N --seed N --only SOURCES --tests TESTS --list], where SOURCES and TESTS are parts
// of paths. How it works: test/mutation/judge.ts.
import { ensureInstalled, projectNode, runTool } from './lib/project.mjs';

ensureInstalled((message) => console.log(`[mutants] ${message}`));
process.exit(runTool(projectNode(), ['test/mutation/main.ts', ...process.argv.slice(2)]));
