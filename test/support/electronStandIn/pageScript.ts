/** Run in the page before its own scripts: the renderer's half of `electron`, then the real preload. */

/** Seen by the page as `window.electronUp`, towards the main process. */
export const UP = 'electronUp';

export function pageScript(preload: string): string {
  return `(${rendererHalf.toString()})((require, module, exports) => {\n${preload}\n});`;
}

interface PageWindow {
  /** `target`: a channel, or the number of a port. */
  electronUp(target: string | number, data: unknown): Promise<void>;
  electronDeliver(channel: string, message: unknown, portIds: readonly number[]): void;
  electronPort(id: number, data: unknown): void;
}
type Listener = (event: { ports: readonly MessagePort[] }, message: unknown) => void;

/** Becomes text: may use nothing from outside of itself. */
function rendererHalf(
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  // Preloads run in the main frame only.
  if (window !== window.top) return;
  const page = window as unknown as PageWindow;
  const listeners = new Map<string, Set<Listener>>();
  const ports = new Map<number, MessagePort>();
  const on = (channel: string, listener: Listener): void => {
    const set = listeners.get(channel) ?? new Set();
    listeners.set(channel, set.add(listener));
  };
  const ipcRenderer = {
    on,
    once(channel: string, listener: Listener): void {
      const once: Listener = (event, message) => {
        listeners.get(channel)?.delete(once);
        listener(event, message);
      };
      on(channel, once);
    },
    send: (channel: string, message?: unknown) => void page.electronUp(channel, message),
  };
  page.electronDeliver = (channel, message, portIds) => {
    const given = portIds.map((id) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<unknown>) => void page.electronUp(id, data);
      ports.set(id, port1);
      return port2;
    });
    for (const listener of [...(listeners.get(channel) ?? [])]) listener({ ports: given }, message);
  };
  page.electronPort = (id, data) => ports.get(id)?.postMessage(data);

  /** Values are copied on their way between the two worlds, functions are wrapped. */
  const across = (value: unknown): unknown =>
    typeof value === 'function'
      ? (...args: unknown[]) =>
          across((value as (...args: unknown[]) => unknown)(...args.map(across)))
      : structuredClone(value);
  const contextBridge = {
    executeInMainWorld: ({ func }: { readonly func: () => unknown }) => across(func()),
    exposeInMainWorld(name: string, api: Readonly<Record<string, unknown>>): void {
      const entries = Object.entries(api).map(([key, value]) => [key, across(value)]);
      Object.defineProperty(window, name, { value: Object.freeze(Object.fromEntries(entries)) });
    },
  };
  const require = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`a sandboxed preload cannot load ${name}`);
    return { contextBridge, ipcRenderer };
  };
  preload(require, { exports: {} }, {});
}
