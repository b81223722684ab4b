/** Values of unknown shape: whether they are plain JSON, and how a message writes them. */
import type { JsonValue, RawAttrs } from './attrs.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** What comes over a port may hold more than JSON: typed arrays, dates, undefined, NaN. */
export function isJson(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isObject(value) && isJsonObject(value);
}

export function isJsonObject(value: JsonObject): value is RawAttrs {
  return Object.values(value).every(isJson);
}

/** A value within a sentence. */
export function quote(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
