/** The one place that imports ECharts, and only the parts in use. */
import { LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, type GridComponentOption } from 'echarts/components';
import { init, use as register, type ComposeOption, type ECharts } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

register([LineChart, GridComponent, CanvasRenderer, SVGRenderer]);

export type ChartOption = ComposeOption<LineSeriesOption | GridComponentOption>;
export type { ECharts, LineSeriesOption };

/** Live charts do not tween: they redraw. */
export function createChart(container: HTMLElement): ECharts {
  return init(container, null, { renderer: 'canvas' });
}

/** A chart as the text of an SVG element, without a page. */
export function chartAsSvg(option: ChartOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
