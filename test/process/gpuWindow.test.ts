/**
 * Rule: the executor's page, worker and port work in a real browser as they do in Electron's hidden
 * window: the run loop here, the device there. Chromium on its software adapter; the port's messages
 * cross between it and this process as bytes.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, DeviceLostError } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { createRemoteBackend } from '#engine/backends/webgpu/index.ts';
import { GPU_PORT_MESSAGE } from '#engine/protocol/host.ts';
import type { Transport } from '#engine/protocol/index.ts';
import { CONTENT_SECURITY_POLICY, loadStaticFiles } from '#main/server/staticFiles.ts';
import '../support/allclose.ts';
import { chain, LABEL } from '../support/network.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { compileSteps, trainSteps } from '../support/trainSteps.ts';

const RENDERER = join(import.meta.dirname, '..', '..', 'out', 'renderer');
const ARRAYS = { Float32Array, Int32Array, Uint8Array, Uint32Array, Float64Array } as const;
type ArrayName = keyof typeof ARRAYS;

let server: Server;
let browser: Browser;
let address: string;

beforeAll(async () => {
  const files = loadStaticFiles(RENDERER);
  server = createServer((request, response) => {
    const file = files.get(request.url ?? '/');
    response.writeHead(file ? 200 : 404, {
      'Content-Type': file?.type ?? 'text/plain',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    });
    response.end(file && Buffer.from(file.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({
    executablePath: process.env['NETLOOM_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  });
});
afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => server.close(resolve));
});

/** Numbers as text, since what crosses to a page here is JSON. */
function pack(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { $array: value.constructor.name, base64: bytes.toString('base64') };
  }
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pack(each)]));
}
function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== 'object' || value === null) return value;
  if ('$array' in value) {
    const { $array, base64 } = value as { $array: ArrayName; base64: string };
    const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
    return new ARRAYS[$array](bytes.buffer);
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unpack(each)]));
}

/** What Electron's shell does: a channel, one end to the page, the other to the engine. */
async function openWindow(): Promise<{ page: Page; transport: Transport }> {
  const page = await browser.newPage();
  const listeners = new Set<(message: unknown) => void>();
  const closing = new Set<() => void>();
  await page.exposeBinding('fromPort', (_source, message: unknown) => {
    const unpacked = unpack(message);
    for (const listener of listeners) listener(unpacked);
  });
  page.on('close', () => closing.forEach((listener) => listener()));
  await page.goto(`${address}/gpu.html`);
  await page.evaluate((name) => {
    const toText = (value: unknown): unknown => {
      if (ArrayBuffer.isView(value)) {
        const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        return { $array: value.constructor.name, base64: btoa(text) };
      }
      if (Array.isArray(value)) return value.map(toText);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toText(each)]));
    };
    const fromText = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(fromText);
      if (typeof value !== 'object' || value === null) return value;
      if ('$array' in value) {
        const { $array, base64 } = value as { $array: 'Float32Array'; base64: string };
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        return new globalThis[$array](bytes.buffer);
      }
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromText(each)]));
    };
    const { port1, port2 } = new MessageChannel();
    const here = globalThis as unknown as {
      fromPort: (message: unknown) => void;
      toPort: (message: unknown) => void;
    };
    port2.onmessage = ({ data }) => here.fromPort(toText(data));
    here.toPort = (message) => port2.postMessage(fromText(message));
    window.postMessage(name, location.origin, [port1]);
  }, GPU_PORT_MESSAGE);
  const transport: Transport = {
    send: (message) =>
      void page
        .evaluate(
          (packed) => (globalThis as unknown as { toPort: (m: unknown) => void }).toPort(packed),
          pack(message),
        )
        .catch(() => undefined),
    onMessage: (listener) => void listeners.add(listener),
    onClose: (listener) => void closing.add(listener),
  };
  return { page, transport };
}

const document = chain(
  [
    ['fc1', 'Linear', { outFeatures: 12 }],
    ['relu1', 'ReLU'],
    ['drop1', 'Dropout', { p: 0.2 }],
    ['fc2', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ],
  { fields: [{ name: 'image', role: 'input', dtype: 'f32', shape: [21] }, LABEL] },
);

describe('the executor behind a port', () => {
  test('trains as the CPU does', async () => {
    const { page, transport } = await openWindow();
    const gpu: Backend = await createRemoteBackend(transport, { allowSoftware: true });
    const cpu = await createWasmBackend(nodePlatform(), { threads: 1 });
    const few = { batch: 8, steps: 5 };
    const [there, here] = [
      await trainSteps(gpu, document, few),
      await trainSteps(cpu, document, few),
    ];
    expect(there.losses).toBeAllclose(here.losses, { rtol: 1e-4 });
    // A page of a test cannot close itself; that it tries is what makes Electron's window go.
    await page.evaluate(() => {
      window.close = () => globalThis.document.body.replaceChildren('closed');
    });
    await Promise.all([gpu.close(), cpu.close()]);
    await page.getByText('closed').waitFor();
    await page.close();
  });

  test('a software adapter is refused outside tests', async () => {
    const { page, transport } = await openWindow();
    await expect(createRemoteBackend(transport, { allowSoftware: false })).rejects.toMatchObject({
      code: 'device.software',
    });
    await page.close();
  });

  test('a window that ends is a lost device', async () => {
    const { page, transport } = await openWindow();
    const gpu = await createRemoteBackend(transport, { allowSoftware: true });
    const compiled = compileSteps(document, 8);
    const session = await gpu.open(compiled.memory);
    const [parameter] = compiled.layout.parameters.values();
    if (!parameter) throw new Error('a network without parameters');
    await session.read(parameter.ref);
    await page.close();
    await expect(session.read(parameter.ref)).rejects.toThrow(DeviceLostError);
    await gpu.close();
  });
});
