/** The native menu. Items carry the id of a renderer command; the window decides what it does. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

export function buildMenu(send: (command: string) => void): Menu {
  const item = (
    label: string,
    command: string,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    label,
    click: () => send(command),
    // Shown, not registered: the page handles its keys itself, in both hosts the same way.
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [
        item('New', 'project.new', 'CmdOrCtrl+Alt+N'),
        item('Open…', 'project.open', 'CmdOrCtrl+O'),
        item('Examples…', 'project.examples'),
        separator,
        item('Save', 'project.save', 'CmdOrCtrl+S'),
        item('Save As…', 'project.saveAs', 'CmdOrCtrl+Shift+S'),
        item('Export…', 'project.export', 'CmdOrCtrl+Shift+E'),
        separator,
        item('Settings…', 'app.settings', 'CmdOrCtrl+,'),
        separator,
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    {
      label: 'Edit',
      submenu: [
        item('Undo', 'edit.undo', 'CmdOrCtrl+Z'),
        item('Redo', 'edit.redo', 'CmdOrCtrl+Shift+Z'),
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        item('Select All', 'edit.selectAll', 'CmdOrCtrl+A'),
      ],
    },
    {
      label: 'View',
      submenu: [
        item('Zoom to Fit', 'view.fit', '1'),
        separator,
        { role: 'togglefullscreen' },
        // For who works on Netloom, in a checkout.
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    { label: 'Train', submenu: [item('Train or Pause', 'training.toggle', 'CmdOrCtrl+Return')] },
  ]);
}
