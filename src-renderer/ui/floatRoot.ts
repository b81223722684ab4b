/** Where menus, lists and tooltips are put: within the page's main part, so that none is outside a landmark. */
export function floatRoot(): HTMLElement | null {
  return document.querySelector('main');
}
