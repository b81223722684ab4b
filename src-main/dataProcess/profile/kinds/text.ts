/** Texts, or windows over long ones: how long they are, what of them is known, how a few of them are cut. */
import type { DataTable, TextOutline, TextReading } from '#engine/datasets/index.ts';
import type { Finding, TextProfile } from '#engine/protocol/index.ts';
import {
  classCounts,
  defineLoadedKind,
  imbalanceOf,
  labelOf,
  noteFacts,
  partsOf,
} from '../loaded.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** More than these shares are worth a word. */
const MUCH_UNKNOWN = 0.1;
const MANY_CUT = 0.2;
const MUCH_PADDING = 0.7;

export default defineLoadedKind({
  name: 'text',
  rank: 2,
  readsStreamed: true,
  make(table, asked): TextProfile | null {
    const { outline, reading } = table;
    if (outline?.kind !== 'text' || reading?.kind !== 'text') return null;
    const parts = partsOf(table, asked);
    // What comes next is no class to be balanced.
    const classes = outline.isWindows ? [] : classCounts(table, parts);
    const wanted = wantedOf(table);
    const { tokenizer } = reading;
    return {
      kind: 'text',
      file: [
        { label: outline.isWindows ? 'Windows' : 'Texts', text: String(table.count) },
        { label: 'Tokens', text: String(outline.tokenCount) },
        { label: 'Vocabulary', text: String(tokenizer.vocabulary.length) },
        ...noteFacts(table),
      ],
      ...{ count: table.count, texts: outline.texts, parts: parts.counts, classes },
      ...{ tokens: tokenizer.tokens, output: reading.output, length: reading.length },
      ...{ isWindows: outline.isWindows, vocabulary: tokenizer.vocabulary.length },
      ...{ width: reading.width, tokenCount: outline.tokenCount, unknown: outline.unknown },
      ...{ cut: outline.cut, frequent: outline.frequent, lengths: outline.lengths },
      samples: outline.samples.map(({ row, tokens, more }) => ({
        ...{ row, part: parts.of(row), wanted: wanted(row), tokens, more },
      })),
      findings: [...findingsOf(outline, reading), ...imbalanceOf(classes, 'texts', asked)],
    };
  },
});

/** In words: the class, the number, the token that follows. */
function wantedOf(table: DataTable): (row: number) => string {
  const label = labelOf(table);
  if (label) {
    return (row) => {
      const place = label.stored[row] ?? 0;
      return label.field.classNames?.[place] ?? String(place);
    };
  }
  const target = table.columns.find(
    ({ field }) => field.role === 'target' && field.shape.every((size) => size === 1),
  );
  if (!target) return () => '';
  return (row) =>
    String(Number(((target.stored[row] ?? 0) * (target.dividedBy ?? 1)).toPrecision(6)));
}

function findingsOf(outline: TextOutline, reading: TextReading): readonly Finding[] {
  const { tokenCount, unknown, cut, texts, lengths } = outline;
  const { tokenizer, length } = reading;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const known = tokenizer.vocabulary.length;
  const found: Finding[] = [];
  const about = { severity: 'warning', columns: [] } as const;
  if (unknown > MUCH_UNKNOWN * tokenCount) {
    found.push({
      ...{ ...about, code: 'profile.unknown-tokens' },
      message: `${percent(unknown / tokenCount)} of the tokens are not known.`,
      consequence: 'All of them are one token to the network.',
      fixes: [
        { label: `Know up to ${4 * known} tokens`, options: { vocabulary: 4 * known } },
        ...(tokenizer.tokens === 'words'
          ? [{ label: 'Cut words into byte pairs', options: { tokens: 'bytePair' } }]
          : []),
      ],
    });
  }
  if (cut && cut.texts > MANY_CUT * texts) {
    found.push({
      ...{ ...about, code: 'profile.cut-texts' },
      message: `${formatInteger(cut.texts)} of ${formatInteger(texts)} texts are longer than ${length} tokens and cut.`,
      consequence: `${formatInteger(cut.tokens)} tokens are never seen.`,
      fixes: [
        { label: `Take ${formatInteger(lengths.most)} tokens`, options: { length: lengths.most } },
      ],
    });
  }
  if (cut && cut.padding > MUCH_PADDING * length * texts && lengths.most < length) {
    found.push({
      ...{ ...about, severity: 'info', code: 'profile.padding' },
      message: `${percent(cut.padding / (length * texts))} of all places are padding.`,
      consequence: `95 of 100 texts have at most ${formatInteger(lengths.most)} tokens.`,
      fixes: [
        { label: `Take ${formatInteger(lengths.most)} tokens`, options: { length: lengths.most } },
      ],
    });
  }
  return found;
}
