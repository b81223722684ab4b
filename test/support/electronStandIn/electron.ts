/**
 * A stand-in for the `electron` module that does the real thing where Node and a headless Chromium can:
 * a BrowserWindow is a page that runs the real preload, a utility process is a child process, message
 * channels are message channels, requests to the app's own scheme go to its handler, policies included.
 * Not imitated: native menus and dialogs (a test answers for the user) and the sandbox itself.
 */
export { app } from './app.ts';
export { dialog, Menu, nativeImage, Notification, powerSaveBlocker, Tray } from './native.ts';
export { MessageChannelMain } from './messagePorts.ts';
export { ipcMain, protocol, session } from './hosts.ts';
export { utilityProcess } from './utilityProcess.ts';
export { BrowserWindow } from './browserWindow.ts';
import { takeOrders } from './orders.ts';

takeOrders();
