/**
 * The looks of a report: its colours in light and dark as the app has them, and on paper. A report is one file
 * that loads nothing, so it brings its own.
 */
import { GRAPH_THEMES, type GraphTheme } from '#engine/drawing/theme.ts';
import { LAYER_CATEGORIES, type LayerCategory } from '#engine/layers/define.ts';

const LIGHT = {
  page: '#f3f4f6',
  panel: '#ffffff',
  line: '#d2d6dc',
  grid: '#e9ebee',
  text: '#1b1e23',
  soft: '#4a515c',
  faint: '#616975',
  better: '#1a7446',
  worse: '#c0281f',
  frame: '#8a5a00',
  wire: '#858d99',
  runs: ['#1d58bd', '#b9770a', '#1d9e8d', '#7c0003', '#581856', '#775e02', '#9e77ec', '#4f5460'],
  categories: GRAPH_THEMES.light.categories,
} as const;

type Palette = Readonly<Record<Exclude<keyof typeof LIGHT, 'runs' | 'categories'>, string>> & {
  readonly runs: readonly string[];
  readonly categories: GraphTheme['categories'];
};

const DARK: Palette = {
  page: '#131518',
  panel: '#191b1f',
  line: '#31353c',
  grid: '#262a30',
  text: '#e8eaed',
  soft: '#b0b6c0',
  faint: '#929aa6',
  better: '#5cc48c',
  worse: '#ff7b72',
  frame: '#e3a84a',
  wire: '#5e6570',
  runs: ['#6baeff', '#e0a41d', '#9bebdb', '#c75002', '#965d92', '#f4e05e', '#6478e8', '#9a9b9f'],
  categories: GRAPH_THEMES.dark.categories,
};

const categoryVariable = (category: LayerCategory): string => `--c-${category.toLowerCase()}`;

function variables({ runs, categories, ...plain }: Palette): string {
  return [
    ...Object.entries(plain).map(([name, color]) => `--${name}:${color}`),
    ...runs.map((color, slot) => `--run-${slot + 1}:${color}`),
    ...LAYER_CATEGORIES.map((name) => `${categoryVariable(name)}:${categories[name]}`),
  ].join(';');
}

const each = (names: readonly string[], rule: (name: string) => string): string =>
  names.map(rule).join('');

export const REPORT_STYLE = [
  `:root{color-scheme:light dark;${variables(LIGHT)}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${variables(DARK)}}}`,
  'body{margin:0;background:var(--page);color:var(--text);font:13px/20px system-ui,-apple-system,"Segoe UI",sans-serif}',
  'main{max-width:1080px;margin:0 auto;padding:24px 16px 48px}',
  'h1{font-size:20px;line-height:28px;margin:0}h2{font-size:15px;margin:0 0 8px}h3{font-size:13px;margin:12px 0 4px}',
  'p{margin:4px 0}.soft{color:var(--soft)}.faint{color:var(--faint)}',
  'section{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:12px 16px;margin-top:16px;break-inside:avoid-page}',
  '.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}',
  'th,td{padding:3px 10px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}',
  'th{font-weight:500;color:var(--soft)}.number{text-align:right}td.number,td:first-child{white-space:nowrap}td.path,.mono{font-family:ui-monospace,"SF Mono",Consolas,monospace;font-size:12px}',
  '.better{color:var(--better)}.worse{color:var(--worse)}.other{color:var(--frame)}',
  '.dot{display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:6px;background:var(--color)}',
  '.statement{font-size:15px;line-height:22px}svg{display:block;height:auto}svg:not([width]){width:100%}svg[width]{max-width:100%}',
  '.grid{stroke:var(--grid);fill:none}.tick{fill:var(--faint);font-size:10px}.end{text-anchor:end}.middle{text-anchor:middle}',
  '.line{fill:none;stroke:var(--color);stroke-width:1.5;stroke-linejoin:round}.raw{opacity:.25;stroke-width:1}',
  '.validation{stroke-dasharray:5 3}.test{stroke-dasharray:1.5 3}.band{fill:var(--color);opacity:.16;stroke:none}',
  '.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:4px 0 8px;padding:0;list-style:none}',
  'ul.plain{margin:4px 0;padding:0;list-style:none}.bar{height:8px;background:var(--run-1);border-radius:2px;min-width:1px}',
  'details{margin-top:8px}summary{cursor:pointer;color:var(--soft)}',
  '@media print{body{background:#fff}main{max-width:none;padding:0}section{border-color:#ccc}details>*{display:block}}',
  each(
    ['1', '2', '3', '4', '5', '6', '7', '8'],
    (slot) => `.run-${slot}{--color:var(--run-${slot})}`,
  ),
].join('\n');

/** Graphs follow the report's colours. */
export const REPORT_GRAPH_THEME: GraphTheme = {
  canvas: 'var(--panel)',
  card: 'var(--panel)',
  border: 'var(--line)',
  line: 'var(--grid)',
  text: 'var(--text)',
  soft: 'var(--soft)',
  faint: 'var(--faint)',
  wire: 'var(--wire)',
  port: 'var(--soft)',
  wireLabel: 'var(--soft)',
  danger: 'var(--worse)',
  frame: 'var(--frame)',
  // By the categories there are.
  categories: Object.fromEntries(
    LAYER_CATEGORIES.map((name) => [name, `var(${categoryVariable(name)})`]),
  ) as Record<LayerCategory, string>,
};
