/** Rule: the engine's own lines are shown, those of native libraries only where they explain something. */
import { expect, test } from 'vitest';
import { createEngineLog, markLine } from '#main/engineProcess/engineLog.ts';

const TRACE = 'Warning: Vulkan something required.\n - While initializing adapter\n';

function logged(showAll: boolean, write: (log: ReturnType<typeof createEngineLog>) => void) {
  const lines: string[] = [];
  write(createEngineLog((line) => lines.push(line), showAll));
  return lines;
}

test('own lines pass, in whatever pieces they come, and behind what a library began', () => {
  const text = `${TRACE}half ${markLine('warning: own')}\n${TRACE}${markLine('error: last')}`;
  for (const size of [1, 7, 1000]) {
    const lines = logged(false, (log) => {
      for (let at = 0; at < text.length; at += size) log.write(text.slice(at, at + size));
      log.end(false);
    });
    expect(lines).toEqual(['warning: own', 'error: last']);
  }
});

test('the traces are shown when the engine dies of something, the last of them', () => {
  const lines = logged(false, (log) => {
    for (let line = 0; line < 100; line += 1) log.write(`trace ${line}\n`);
    log.end(true);
  });
  expect(lines).toHaveLength(40);
  expect(lines.at(-1)).toBe('trace 99');
});

test('with NN_DEBUG they are shown as they come', () => {
  expect(logged(true, (log) => log.write(TRACE))).toEqual(TRACE.trimEnd().split('\n'));
});
