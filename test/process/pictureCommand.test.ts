/**
 * Rule: from the command line any project leaves as a picture, trained or not, in every theme; the picture carries
 * the project and is taken for it; letters are as wide as the drawing thinks that they are.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { drawGraph } from '#engine/drawing/graph.ts';
import { FIRST_KNOWN, INTER_WIDTHS, MONO_WIDTH } from '#engine/drawing/textWidth.ts';
import { GRAPH_THEMES, THEMES } from '#engine/drawing/theme.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { projectInPicture } from '#engine/export/picture/carried.ts';
import { nodeCompression } from '#engine/platform/nodeCompression.ts';
import type { ExportReport } from '#engine/protocol/index.ts';
import { drawingFonts } from '#main/exportProcess/fonts.ts';
import { rasterise } from '#main/exportProcess/rasteriser.ts';
import { askCli, example, EXAMPLES, runCli, temporaryFolder } from '#test/support/cli.ts';
import { advances } from '#test/support/fontAdvances.ts';

let folder: ReturnType<typeof temporaryFolder>;
const cli = (...args: readonly string[]) => askCli(folder.path, ...args);
const at = (name: string): string => join(folder.path, name);
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

const carried = (path: string): string =>
  projectInPicture(readFileSync(path), path, nodeCompression);

test('a project that was never trained leaves as SVG and PNG, and both are that project again', async () => {
  const original = JSON.parse(readFileSync(example('moons'), 'utf8')) as { nodes: unknown };
  for (const format of ['svg', 'png']) {
    const file = at(`moons.${format}`);
    const { code, stdout } = await cli(
      ...['export', example('moons'), '--to', format, '--theme', 'dark', '-o', file, '--json'],
    );
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as ExportReport;
    expect(report).toMatchObject({ format, trained: false, verification: null });
    expect(report.picture?.widthPx).toBeGreaterThan(500);
    expect((JSON.parse(carried(file)) as { nodes: unknown }).nodes).toEqual(original.nodes);
    const checked = await runCli(folder.path, 'check', file, '--json');
    expect(checked.code).toBe(0);
  }
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.md'))).toEqual([]);
});

test('what carries no project says so; scale and size have limits', async () => {
  const bare = at('bare.svg');
  expect(
    (await cli('export', example('xor'), '--to', 'svg', '--no-project', '-o', bare)).code,
  ).toBe(0);
  const refused = await cli('check', bare);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('picture.no-project');
  const far = JSON.parse(readFileSync(example('xor'), 'utf8')) as {
    nodes: { position: { x: number; y: number } }[];
  };
  for (const [i, node] of far.nodes.entries()) node.position = { x: i * 3000, y: i * 3000 };
  writeFileSync(at('far.netloom.json'), JSON.stringify(far));
  const large = await cli('export', at('far.netloom.json'), '--to', 'png', '-o', at('far.png'));
  expect(large.code).toBe(1);
  expect(large.stderr).toMatch(/picture\.too-large[\s\S]*at most 0\.\d+/);
});

test('letters that no font here has are told, and SVG has them', async () => {
  const named = JSON.parse(readFileSync(example('xor'), 'utf8')) as { nodes: { id: string }[] };
  const from = named.nodes[0]?.id ?? '';
  const text = JSON.stringify(named).replaceAll(`"${from}"`, '"ßΩ 神😀"');
  writeFileSync(at('letters.netloom.json'), text);
  const notes = await Promise.all(
    ['png', 'svg'].map(async (format) => {
      const file = at(`letters.${format}`);
      const to = ['--to', format, '-o', file, '--json'];
      const { stdout } = await cli('export', at('letters.netloom.json'), ...to);
      return (JSON.parse(stdout) as ExportReport).notes;
    }),
  );
  expect(notes).toEqual([[expect.stringMatching(/ do not have 神 😀: /)], []]);
  expect(readFileSync(at('letters.svg'), 'utf8')).toContain('ßΩ 神😀');
});

test('one with errors leaves too', async () => {
  const wrong = readFileSync(example('moons'), 'utf8').replace(
    '"outFeatures": 16',
    '"outFeatures": 0',
  );
  writeFileSync(at('wrong.netloom.json'), wrong);
  expect((await cli('check', at('wrong.netloom.json'))).code).not.toBe(0);
  const { code, stderr } = await cli(
    ...['export', at('wrong.netloom.json'), '--to', 'png', '-o', at('wrong.png')],
  );
  expect([code, stderr]).toEqual([0, `written to ${at('wrong.png')}\n`]);
});

describe.each(THEMES)('%s', (theme) => {
  test('every example is drawn as pixels', async () => {
    for (const name of readdirSync(EXAMPLES).filter((file) => file.endsWith('.json'))) {
      const restored = restoreDocumentText(readFileSync(join(EXAMPLES, name), 'utf8'));
      if (!restored.ok) throw new Error(name);
      const { document } = restored;
      const { svg, width, height } = drawGraph({
        ...{ document, analysis: analyse(document), theme: GRAPH_THEMES[theme] },
        withFigures: true,
        attributes: { xmlns: 'http://www.w3.org/2000/svg' },
      });
      const { png, widthPx, heightPx } = await rasterise(svg, 0.5);
      expect([widthPx, heightPx]).toEqual([Math.round(width / 2), Math.round(height / 2)]);
      // More than an empty area of that size: letters and lines were found.
      expect(png.length).toBeGreaterThan(5_000);
    }
  });
});

test('letters are as wide as the drawing thinks', async () => {
  const fonts = await drawingFonts();
  const [plain, bold, mono] = fonts.map((font) =>
    advances(font, FIRST_KNOWN, FIRST_KNOWN + INTER_WIDTHS.plain.length),
  );
  expect(plain).toEqual(INTER_WIDTHS.plain);
  expect(bold).toEqual(INTER_WIDTHS.bold);
  expect(new Set(mono)).toEqual(new Set([MONO_WIDTH]));
});
