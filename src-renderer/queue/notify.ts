/** The system's own notice that the queue is done, for whoever looks elsewhere. */
const KEY = 'netloom.notify';

const isThere = (): boolean => typeof Notification !== 'undefined';

export const isNotifying = (): boolean =>
  isThere() && localStorage.getItem(KEY) === 'yes' && Notification.permission === 'granted';

/** Called from a press of the user's alone. Answers whether it is so now. */
export async function notifyFromNowOn(wanted: boolean): Promise<boolean> {
  if (!isThere()) return false;
  const may = wanted && (await Notification.requestPermission()) === 'granted';
  localStorage.setItem(KEY, may ? 'yes' : 'no');
  return may;
}

/** Nothing while the page is looked at: it shows it. */
export function notify(title: string, body: string): void {
  if (!isNotifying() || (!document.hidden && document.hasFocus())) return;
  const notice = new Notification(title, { body, tag: 'netloom.queue' });
  notice.onclick = () => window.focus();
}
