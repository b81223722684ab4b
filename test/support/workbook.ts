/** A workbook as Excel writes it, of a few cells: numbers, words, switches, days and gaps. */
import { packZip } from '#main/zip/packZip.ts';

export type SheetCell = string | number | boolean | Date | null;
export interface SheetSpec {
  readonly name: string;
  readonly rows: readonly (readonly SheetCell[])[];
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** `A1`, of at most 26 columns. */
const cellName = (row: number, column: number): string =>
  `${String.fromCharCode(65 + column)}${row + 1}`;

function cellXml(cell: SheetCell, name: string): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${name}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${name}" t="b"><v>${Number(cell)}</v></c>`;
  // Days since the last of 1899, in a style of days.
  if (cell instanceof Date) {
    return `<c r="${name}" s="1"><v>${(cell.getTime() - Date.UTC(1899, 11, 30)) / 86_400_000}</v></c>`;
  }
  return `<c r="${name}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

function sheetXml({ rows }: SheetSpec): string {
  const lines = rows.map((row, r) => {
    const cells = row.map((cell, c) => cellXml(cell, cellName(r, c))).join('');
    return cells === '' ? '' : `<row r="${r + 1}">${cells}</row>`;
  });
  return `${XML}<worksheet ${MAIN}><sheetData>${lines.join('')}</sheetData></worksheet>`;
}

export async function workbook(...sheets: readonly SheetSpec[]): Promise<Uint8Array> {
  const relation = (id: string, kind: string, target: string): string =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`;
  const relations = (all: readonly string[]): string =>
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">${all.join('')}</Relationships>`;
  const names = sheets.map(
    ({ name }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  );
  const files: Readonly<Record<string, string>> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': relations([relation('rId1', 'officeDocument', 'xl/workbook.xml')]),
    'xl/workbook.xml': `${XML}<workbook ${MAIN} xmlns:r="${RELATIONS}"><sheets>${names.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)),
      relation('rIdS', 'styles', 'styles.xml'),
    ]),
    'xl/styles.xml': `${XML}<styleSheet ${MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(
      sheets.map((sheet, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetXml(sheet)]),
    ),
  };
  const bytes = new TextEncoder();
  return packZip(
    Object.entries(files).map(([path, text]) => ({ path, bytes: bytes.encode(text) })),
  );
}
