/**
 * What the engine assumes of every JavaScript host beyond ES2023, and nothing more. Its length is an
 * honest measure of the engine's dependence on its surroundings: no DOM, no Node.
 */

interface ImportMeta {
  /** Vite's module glob (used by the registries; see layers/index.ts). */
  glob<T>(pattern: string | readonly string[], options: { eager: true }): Record<string, T>;
}

/** A file as text. */
declare module '*.py?raw' {
  const text: string;
  export default text;
}

declare namespace WebAssembly {
  interface MemoryDescriptor {
    initial: number;
    maximum?: number;
    shared?: boolean;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
    grow(delta: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  function validate(bytes: Uint8Array): boolean;
  function instantiate(
    bytes: Uint8Array,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ readonly instance: Instance }>;
}

declare const performance: { now(): number };

declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(bytes: Uint8Array, options?: { stream?: boolean }): string;
}
