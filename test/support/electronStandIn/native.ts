/** What a person would see and click natively: recorded, and answered by the test. */
import { asked, onOrder } from './orders.ts';

interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

export class Menu {
  static #shown: readonly MenuItem[] = [];
  readonly #template: readonly MenuItem[];

  constructor(template: readonly MenuItem[]) {
    this.#template = template;
  }

  static buildFromTemplate = (template: readonly MenuItem[]) => new Menu(template);
  static setApplicationMenu(menu: Menu): void {
    Menu.#shown = menu.#template;
  }

  /** Every role and label, at whatever depth. */
  static items(of: readonly MenuItem[] = Menu.#shown): readonly string[] {
    return of.flatMap(({ role, label, submenu = [] }) => [
      ...[role, label].filter((name) => name !== undefined),
      ...Menu.items(submenu),
    ]);
  }

  /** Clicks the item that the labels lead to: `['File', 'Save']`. */
  static choose(path: readonly string[]): void {
    let items = Menu.#shown;
    let found: MenuItem | undefined;
    for (const label of path) {
      found = items.find((item) => item.label === label);
      items = found?.submenu ?? [];
    }
    if (!found?.click) throw new Error(`no menu item ${path.join(' > ')}`);
    found.click();
  }
}

/** What message boxes said. */
export const messages: string[] = [];

export const dialog = {
  showOpenDialog: () => asked('open'),
  showSaveDialog: () => asked('save'),
  async showMessageBox(_window: unknown, { message }: { readonly message: string }) {
    messages.push(message);
    return asked('message');
  },
};

/** What the desktop was told, in order. */
const told: string[] = [];
onOrder('told', () => told);

export const powerSaveBlocker = {
  start: (kind: string): number => told.push(`awake: ${kind}`),
  stop: (): void => void told.push('may sleep'),
};

export class Notification {
  static isSupported = (): boolean => true;
  readonly #options: { readonly title: string; readonly body: string };
  constructor(options: { readonly title: string; readonly body: string }) {
    this.#options = options;
  }
  on(): this {
    return this;
  }
  show(): void {
    told.push(`notice: ${this.#options.title}. ${this.#options.body}`);
  }
}

export const nativeImage = { createFromPath: (path: string): string => path };

export class Tray {
  constructor() {
    told.push('tray');
  }
  setContextMenu(): void {}
  setToolTip(text: string): void {
    told.push(text);
  }
  on(): this {
    return this;
  }
  destroy(): void {
    told.push('no tray');
  }
}
