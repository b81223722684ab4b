/** Switches the app sets for its Chromium: before the first window. */
const given: string[] = [];

export function appendSwitch(name: string, value?: string): void {
  given.push(value === undefined ? `--${name}` : `--${name}=${value}`);
}

export const switches = (): readonly string[] => given;
