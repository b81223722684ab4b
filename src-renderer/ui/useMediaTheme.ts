/** The theme in force: the user's choice, or the system's while they leave it to the system. */
import { useEffect, useState } from 'react';
import type { ThemeChoice } from '../state/view.ts';

const QUERY = '(prefers-color-scheme: light)';

export function resolveTheme(choice: ThemeChoice): 'light' | 'dark' {
  if (choice !== 'system') return choice;
  return window.matchMedia(QUERY).matches ? 'light' : 'dark';
}

/** Also writes it to `<html data-theme>`, which is what the tokens listen to. */
export function useMediaTheme(choice: ThemeChoice): 'light' | 'dark' {
  const [theme, setTheme] = useState(() => resolveTheme(choice));
  useEffect(() => {
    const update = (): void => {
      const next = resolveTheme(choice);
      document.documentElement.dataset['theme'] = next;
      setTheme(next);
    };
    update();
    const media = window.matchMedia(QUERY);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, [choice]);
  return theme;
}
