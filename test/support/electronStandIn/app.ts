/** `app`: lifetime, and one instance per state folder. */
import { EventEmitter } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  unwatchFile,
  watchFile,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { appendSwitch } from './commandLine.ts';
import { onOrder } from './orders.ts';
import { closeAllWindows } from './windows.ts';

const folder = process.env['NETLOOM_HOME'] ?? '.';
const lockFile = join(folder, 'instance.lock');
const knockFile = join(folder, 'instance.knock');

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

class App extends EventEmitter {
  #quitting = false;

  whenReady = () => Promise.resolve();
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] === '1';
  getVersion = () => 'stand-in';
  readonly commandLine = { appendSwitch };

  requestSingleInstanceLock(): boolean {
    mkdirSync(folder, { recursive: true });
    const holder = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8')) : 0;
    if (holder > 0 && isAlive(holder)) {
      writeFileSync(knockFile, String(process.pid));
      return false;
    }
    writeFileSync(lockFile, String(process.pid));
    watchFile(knockFile, { interval: 50 }, ({ mtimeMs }) => {
      // Node tells of a file that is not there, too.
      if (mtimeMs > 0) this.emit('second-instance');
    });
    return true;
  }

  /** As Electron does: windows close first; who listens to `before-quit` or `will-quit` may hold it up. */
  quit(): void {
    if (this.#quitting) return;
    let heldBefore = false;
    this.emit('before-quit', { preventDefault: () => (heldBefore = true) });
    if (heldBefore) return;
    this.#quitting = true;
    void closeAllWindows().then(() => {
      let held = false;
      this.emit('will-quit', { preventDefault: () => (held = true) });
      this.#quitting = false;
      if (held) return;
      unwatchFile(knockFile);
      process.exit(0);
    });
  }
}

export const app = new App();
onOrder('quit', () => app.quit());
process.on('SIGTERM', () => app.quit());
process.on('disconnect', () => app.quit());
