/**
 * Goes on with a text: token after token, each drawn from what a network that learned the next one answers. Of a
 * network that answers for each token of its window the last known one counts; what stands behind it is padding, which
 * a causal network does not see. Not beam search: the likeliest text is rarely the best.
 */
import { mainHead } from '../check/heads.ts';
import type { Analysis } from '../check/analysis.ts';
import { headOutput } from '../compile/index.ts';
import {
  indexReader,
  joinTokens,
  PAD,
  SPECIAL_TOKENS,
  type TextReading,
} from '../datasets/index.ts';
import { inputError } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { RandomStream } from '../ops/philox.ts';
import type { GenerateReply, GenerateRequest } from '../protocol/engineContract.ts';
import { parseFittedData } from './fittedData.ts';
import { openPredictor, type PredictorOptions } from './predictor.ts';
import { formatInteger } from '../ir/numberText.ts';

/** Drawn between two looks at the clock of the process, which has pings to answer. */
const PER_TURN = 16;

export async function generate(
  request: GenerateRequest,
  options: PredictorOptions,
): Promise<GenerateReply> {
  const { document, weights, text, count, temperature, topK, seed } = request;
  const opened = await openPredictor({ document, weights, batch: 1 }, options);
  try {
    const { analysis, metadata, memory, session, program } = opened;
    const reading = writingOf(parseFittedData(metadata, weights)?.reading ?? null);
    const answers = placesOf(analysis);
    const ref = own(program.program.outputs, headOutput(answers.loss, 'probabilities'));
    if (!ref) throw notWriting();
    const { length, tokenizer } = reading;
    const known = Array.from(indexReader(tokenizer)(text));
    const random = new RandomStream(seed, 'data');
    const written: number[] = [];
    for (let i = 0; i < count; i++) {
      const window = [...known, ...written].slice(-length);
      const padding = Array<number>(length - window.length).fill(PAD);
      const isEach = reading.predict === 'sequence';
      const row = isEach ? [...window, ...padding] : [...padding, ...window];
      memory.writeInput(answers.field, [1, length], Float32Array.from(row));
      session.run(program);
      const all = await session.read(ref);
      const place = isEach ? Math.max(0, window.length - 1) : 0;
      const places = isEach ? length : 1;
      const classes = all.length / places;
      const at = (token: number): number =>
        all[answers.areLast ? place * classes + token : token * places + place] ?? 0;
      const tokens = Math.min(classes, tokenizer.vocabulary.length + SPECIAL_TOKENS.length);
      written.push(
        drawn(
          Array.from({ length: tokens }, (_, token) => at(token)),
          { temperature, topK, random },
        ),
      );
      if (i % PER_TURN === PER_TURN - 1) await options.platform.yieldToEventLoop();
    }
    const isShort = reading.predict === 'next' && known.length < length;
    return {
      tokens: written.map((index) => tokenizer.vocabulary[index - SPECIAL_TOKENS.length] ?? ''),
      text: joinTokens(
        written.map((index) => tokenizer.vocabulary[index - SPECIAL_TOKENS.length] ?? ''),
        tokenizer,
      ),
      notes: [
        ...(known.length === 0
          ? ['Nothing was given that training knows: it begins by itself.']
          : []),
        ...(isShort && known.length > 0
          ? [
              `It learned from ${formatInteger(length)} tokens before each; the beginning has ${formatInteger(known.length)}, the others are padding.`,
            ]
          : []),
      ],
    };
  } finally {
    await opened.close();
  }
}

/** What of a run says that it can go on with a text. Throws InputError where it cannot. */
export function writingOf(reading: { readonly kind: string } | null): TextReading {
  // Of the two kinds of reading only this one has the word.
  const found = reading?.kind === 'text' ? (reading as TextReading) : null;
  const isNext = found?.predict === 'next' || found?.predict === 'sequence';
  if (!found || !isNext || found.output !== 'indices') throw notWriting();
  return found;
}

const notWriting = (): Error =>
  inputError('generate.not-text', 'This network did not learn to go on with a text.', {
    explanation:
      'It takes a text source that predicts the next token, token indices as its input, and a loss of classes.',
  });

/** Where the network takes tokens, and how it answers. */
function placesOf(analysis: Analysis) {
  const head = mainHead(analysis);
  const [input, ...others] = head?.inputFields ?? [];
  if (!head?.classifies || !input || others.length > 0) throw notWriting();
  const node = analysis.nodes.get(head.loss);
  const types = (node?.ports.in ?? []).flatMap((port) => own(node?.inputs, port) ?? []);
  const axis = node?.definition?.classAxis?.(types, node.attrs) ?? 1;
  const rank = types[head.compares?.prediction ?? 0]?.shape.length ?? 2;
  return { loss: head.loss, field: input.field.name, areLast: axis === rank - 1 };
}

interface Drawing {
  /** 0: always the likeliest. */
  readonly temperature: number;
  /** Of so many likeliest; 0: of all. */
  readonly topK: number;
  readonly random: RandomStream;
}

/** A token by its probability. Padding and the unknown token are not written. */
export function drawn(
  probabilities: readonly number[],
  { temperature, topK, random }: Drawing,
): number {
  const ranked = probabilities
    .map((probability, token) => ({ token, probability }))
    .slice(SPECIAL_TOKENS.length)
    .sort((a, b) => b.probability - a.probability);
  const [likeliest] = ranked;
  if (!likeliest) return SPECIAL_TOKENS.length;
  if (temperature === 0) return likeliest.token;
  const among = topK === 0 ? ranked : ranked.slice(0, topK);
  // p^(1/T), beside the likeliest, so that nothing is too small.
  const weights = among.map(
    ({ probability }) => Math.max(0, probability / likeliest.probability) ** (1 / temperature),
  );
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return among[i]?.token ?? likeliest.token;
  }
  return likeliest.token;
}
