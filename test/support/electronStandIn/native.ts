/** What a person would see and click natively: recorded, and answered by the test. */
import { asked } from './orders.ts';

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

export const dialog = {
  showOpenDialog: () => asked('open'),
  showSaveDialog: () => asked('save'),
};

export const shell = {
  opened: [] as string[],
  openExternal(url: string): Promise<void> {
    this.opened.push(url);
    return Promise.resolve();
  },
};
