/** Electron's npm package as `npm start` sees it, with stand-ins for its runtime and for its installer. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ELECTRON_VERSION = '99.1.0';
const BINARY = 'electron';

/** The package as npm leaves it: without its runtime. `installer` is what its install.js does. */
export function electronPackage(folder: string, installer = 'process.exit(1)'): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ version: ELECTRON_VERSION, type: 'commonjs' }),
  );
  writeFileSync(join(folder, 'install.js'), installer);
  return folder;
}

/** Puts a runtime in, whole as Electron's own installer leaves it; `program` is a shell script. */
export function addRuntime(folder: string, program = 'exit 0'): string {
  const dist = join(folder, 'dist');
  const binary = join(dist, BINARY);
  mkdirSync(join(dist, 'resources'), { recursive: true });
  writeFileSync(join(dist, 'version'), ELECTRON_VERSION);
  writeFileSync(join(dist, 'resources', 'default_app.asar'), 'app');
  writeFileSync(binary, `#!/bin/sh\n${program}\n`);
  chmodSync(binary, 0o755);
  writeFileSync(join(folder, 'path.txt'), BINARY);
  return binary;
}

/** An install.js that leaves a whole runtime and counts how often it ran. */
export const WORKING_INSTALLER = `
const { appendFileSync, chmodSync, mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const dist = join(__dirname, 'dist');
appendFileSync(join(__dirname, 'fetched.log'), process.execPath + '\\n');
mkdirSync(join(dist, 'resources'), { recursive: true });
writeFileSync(join(dist, 'version'), '${ELECTRON_VERSION}');
writeFileSync(join(dist, 'resources', 'default_app.asar'), 'app');
writeFileSync(join(dist, '${BINARY}'), '#!/bin/sh\\nexit 0\\n');
chmodSync(join(dist, '${BINARY}'), 0o755);
writeFileSync(join(__dirname, 'path.txt'), '${BINARY}');
`;
