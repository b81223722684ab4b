/** What pages ask of the main process: messages, files of the app's scheme, permissions. */
import { EventEmitter } from 'node:events';

export const ipcMain = new EventEmitter();

type Handler = (request: Request) => Response | Promise<Response>;
const handlers = new Map<string, Handler>();

export const protocol = {
  registerSchemesAsPrivileged: () => undefined,
  handle: (scheme: string, handler: Handler) => void handlers.set(scheme, handler),
};

export function handlerOf(scheme: string): Handler | undefined {
  return handlers.get(scheme);
}

type PermissionCheck = (contents: unknown, permission: string) => boolean;
let check: PermissionCheck = () => true;

export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: (handler: PermissionCheck) => void (check = handler),
  },
};

export function permits(permission: string): boolean {
  return check(null, permission);
}
