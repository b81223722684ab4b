/** The windows there are; apart, so that `app` and `BrowserWindow` need not know each other. */
export interface OpenWindow {
  destroy(): Promise<void>;
}

export const openWindows = new Set<OpenWindow>();
const atEnd: (() => Promise<void>)[] = [];

/** Something to end after the last window, such as the browser that shows them. */
export function whenAllClosed(end: () => Promise<void>): void {
  atEnd.push(end);
}

export async function closeAllWindows(): Promise<void> {
  await Promise.all([...openWindows].map((window) => window.destroy()));
  await Promise.all(atEnd.map((end) => end()));
}
