/** What is known of runs as tables, sentences and reports write it: figures, differences, settings. Pure. */
import type { JsonValue } from '../ir/attrs.ts';
import { metricName } from '../metrics/names.ts';
import type { RunProgress, RunSummary } from '../protocol/run.ts';
import {
  formatBytes,
  formatFixed,
  formatInteger,
  formatNumber,
  formatPercent,
  formatRate,
  trueMinus,
  writeRate,
} from './numberText.ts';

/** Shares and parts are told in per cent, and how far apart two are in points. */
const isPart = (key: string): boolean => {
  const { unit } = metricName(key);
  return unit === 'share' || unit === 'relative';
};

/** A metric's number to be read: shares in per cent, so many digits else. */
export function figureWords(key: string, value: number, digits = 4): string {
  switch (metricName(key).unit) {
    case 'share':
    case 'relative':
      return formatPercent(value, 2);
    case 'perSecond':
      return formatInteger(value);
    case 'rate':
      return formatRate(value);
    case 'bytes':
      return formatBytes(value);
    case 'milliseconds':
      return `${formatNumber(value, digits)} ms`;
    case 'decibel':
      return `${formatNumber(value, digits)} dB`;
    case 'prediction':
    case 'none':
      return formatNumber(value, digits);
  }
}

/** How far apart: points of a share, decibels, the number itself; all as precise as the largest needs. */
export function apartWords(key: string, values: readonly number[]): readonly string[] {
  const told = isPart(key) ? values.map((value) => 100 * value) : values;
  const largest = Math.max(0, ...told.filter(Number.isFinite).map(Math.abs));
  if (largest === 0) return told.map(() => '0');
  const least = isPart(key) ? 1 : 0;
  const decimals = Math.min(12, Math.max(least, 1 - Math.floor(Math.log10(largest))));
  return told.map((value) => formatFixed(value, decimals));
}

type Spent = Pick<RunProgress, 'elapsedMs' | 'samplesPerSecond'>;

/** What training took and how fast it went; null where it was trained elsewhere, and nobody here knows. */
export const spentOn = ({ progress }: Pick<RunSummary, 'progress'>): Spent | null =>
  progress.state === 'imported' ? null : progress;

/** As a table shows it. */
export function spentText(
  run: Pick<RunSummary, 'progress'>,
  write: (spent: Spent) => string,
): string {
  const spent = spentOn(run);
  return spent ? write(spent) : '–';
}

/** In seconds, for files; null as above. */
export function trainingSeconds(run: Pick<RunSummary, 'progress'>): number | null {
  const spent = spentOn(run);
  return spent && spent.elapsedMs / 1000;
}

/** What stands behind those. */
export function apartUnit(key: string): string {
  if (isPart(key)) return ' points';
  return metricName(key).unit === 'decibel' ? ' dB' : '';
}

/** `p = 0.03`: of a small one its size. */
export function chanceWords(p: number): string {
  if (p < 0.001) return trueMinus(p.toExponential(0));
  return p.toFixed(p < 0.1 ? 3 : 2);
}

/**
 * A setting's value as it stands in the document, so that it can be typed where it was read; what a random
 * search drew in six digits. A dash where a run has no such setting.
 */
export function settingText(value: JsonValue | undefined): string {
  if (value === undefined) return '–';
  if (value === null) return 'off';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    return Number.isInteger(value) ? String(value) : writeRate(Number(value.toPrecision(6)));
  }
  if (Object.keys(value).length === 0) return 'none';
  if (!Array.isArray(value)) return JSON.stringify(value);
  const parts = value as readonly JsonValue[];
  const isOfNumbers = parts.every((part) => typeof part === 'number');
  return parts.map(partText).join(isOfNumbers ? ' × ' : ', ');
}

/** Of a list of steps its name and what it is set to: `rotate (degrees 15)`. */
function partText(part: JsonValue): string {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return settingText(part);
  const { step, off, ...attrs } = part as Readonly<Record<string, JsonValue>>;
  if (typeof step !== 'string') return JSON.stringify(part);
  const words = Object.entries(attrs).map(([name, value]) => `${name} ${settingText(value)}`);
  if (off === true) words.unshift('off');
  return words.length === 0 ? step : `${step} (${words.join(', ')})`;
}

/** `netloom 0.1.0, node 24.21.0`; empty for runs that do not say. */
export const versionsText = ({ versions = {} }: Pick<RunSummary, 'versions'>): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
