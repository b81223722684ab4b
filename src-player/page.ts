/** The whole page: what it is, each part of the model, and what is known of it. */
import type { Player } from '#engine/export/player/executor.ts';
import { element } from './dom.ts';
import { partView } from './part.ts';
import { themeSwitch } from './theme.ts';

export function pageView(player: Player): HTMLElement {
  const { title, notes, facts, parts } = player.model;
  const [about = '', ...more] = notes.split(/\n{2,}/).filter((text) => text.trim() !== '');
  return element(
    'div',
    { class: 'page' },
    element('header', {}, element('h1', {}, title), themeSwitch()),
    element(
      'main',
      {},
      about === '' ? null : element('p', { class: 'notes' }, about),
      ...parts.map((part) => partView(player, part, parts.length)),
    ),
    element(
      'footer',
      {},
      element(
        'dl',
        { 'aria-label': 'About this model' },
        ...facts.map(([name, value]) =>
          element('div', {}, element('dt', {}, name), element('dd', {}, value)),
        ),
      ),
      ...more.map((text) => element('p', { class: 'notes' }, text)),
      element('p', {}, 'The network runs in this page. Nothing that you give it leaves it.'),
    ),
  );
}
