/** What axe objects to on a page, in either theme. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

/** One line for each thing that axe objects to, with its place. `within` leaves out what was seen before. */
export async function objections(page: Page, screen: string, within?: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const run = (theme: 'dark' | 'light', rules: readonly string[] | null): Promise<string[]> =>
    page.evaluate(
      async ({ theme, rules, within, screen }) => {
        document.documentElement.dataset['theme'] = theme;
        const place = within === undefined ? document : document.querySelector(within);
        if (!place) throw new Error(`${screen}: there is no ${within}`);
        const { violations, passes, incomplete } = await window.axe.run(place, {
          resultTypes: ['violations'],
          ...(rules ? { runOnly: { type: 'rule', values: [...rules] } } : {}),
        });
        // Where a rule cannot tell of one place (a text over a picture), all of it is among the incomplete.
        const told = [violations, passes, incomplete].flat();
        if (told.length === 0) throw new Error(`${screen}: nothing was looked at`);
        return violations.flatMap(({ id, impact, nodes }) =>
          nodes.map(
            ({ target, any }) =>
              `${screen}, ${theme}: ${impact ?? '?'} ${id} at ${target.join(' ')}: ${any[0]?.message ?? ''}`,
          ),
        );
      },
      { theme, rules, within, screen },
    );
  // The page is the same in both themes but for its colours.
  return [...(await run('dark', null)), ...(await run('light', ['color-contrast']))];
}
