/** Light or dark: the system's, until somebody says otherwise. Whoever draws by hand is told when it changes. */
import { button } from './dom.ts';

const LIGHT = '(prefers-color-scheme: light)';
let chosen: 'light' | 'dark' | null = null;
const listeners: (() => void)[] = [];

const current = (): 'light' | 'dark' =>
  chosen ?? (window.matchMedia(LIGHT).matches ? 'light' : 'dark');

function apply(): void {
  document.documentElement.dataset['theme'] = current();
  for (const tell of listeners) tell();
}

export function followTheme(): void {
  window.matchMedia(LIGHT).addEventListener('change', apply);
  apply();
}

export const onTheme = (tell: () => void): void => void listeners.push(tell);

export function themeSwitch(): HTMLButtonElement {
  const label = (): string => (current() === 'dark' ? 'Light theme' : 'Dark theme');
  const made = button(
    label(),
    () => {
      chosen = current() === 'dark' ? 'light' : 'dark';
      apply();
    },
    'small',
  );
  onTheme(() => (made.textContent = label()));
  return made;
}
