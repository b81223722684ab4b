/** Rules of texts in the page: a run writes as it was told to, the newest question wins; wrong tokens stand out. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { GenerateReply } from '#engine/protocol/engineContract.ts';
import { TokenSamples } from '#renderer/dock/parts/TokenSamples.tsx';
import { createWriter } from '#renderer/trying/writeStore.ts';

function writer() {
  const asked: { readonly input: unknown; readonly answer: (text: string) => void }[] = [];
  const call = (_method: string, input: unknown): Promise<GenerateReply> =>
    new Promise((done) =>
      asked.push({ input, answer: (text) => done({ text, tokens: [...text], notes: [] }) }),
    );
  return { asked, ...createWriter({ call } as unknown as Parameters<typeof createWriter>[0]) };
}

test('writes with its settings, and the newest question wins', async () => {
  const { asked, store, set, write } = writer();
  set({ temperature: 0.5, count: 20 });
  const first = write({ runId: 'a' }, 'Once ');
  const second = write({ runId: 'a' }, 'There ');
  expect(asked[0]?.input).toEqual({
    runId: 'a',
    writing: { text: 'Once ', count: 20, temperature: 0.5, topK: 0, seed: 1 },
  });
  expect(store.getState().isWriting).toBe(true);
  asked[1]?.answer('was');
  await second;
  asked[0]?.answer('late');
  await first;
  const { written, isWriting } = store.getState();
  expect(isWriting).toBe(false);
  expect(written).toMatchObject({ beginning: 'There ', text: 'was', runId: 'a' });
});

test('a token that was predicted wrongly shows both, one that does not count neither', () => {
  const sample = {
    ...{ row: 4, loss: 1.5, given: Int32Array.of(2, 3, 4) },
    ...{ labels: Int32Array.of(3, 4, 2), predicted: Int32Array.of(3, 2, -1) },
    sure: Float32Array.of(0.9, 0.4, 0.3),
  };
  const names = ['<pad>', '<unk>', 'a', ' ', 'b'];
  const html = renderToStaticMarkup(
    <TokenSamples
      frame={{ kind: 'tokens', step: 1, names, samples: [sample] }}
      worstFirst={false}
    />,
  );
  const row = html.slice(html.indexOf('<li'));
  expect(row.match(/token-place wrong/g)).toHaveLength(1);
  expect(row).toContain('title="a, 40%; the text has b"><b>b</b><i>a</i>');
  // The first is given, the last does not count.
  expect(row.match(/token-place given/g)).toHaveLength(2);
  expect(row).toContain('␣');
  expect(row).toContain('50%</em>');
});
