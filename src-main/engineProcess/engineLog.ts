/**
 * What comes out of an engine's error output. Its own lines are marked and are passed on; the rest are
 * traces of native libraries (Dawn, the Vulkan loader, drivers), which write past everything we could
 * set. They are kept back, and shown when the process dies of something, or with NN_DEBUG=1.
 */

/** Before each line that the engine itself writes. Not a character of any text. */
const MARK = '\u001e';
/** The last of what a crash leaves. */
const KEPT_LINES = 40;

export const markLine = (line: string): string => `${MARK}${line}`;

export interface EngineLog {
  /** Takes the output as it comes, in whatever pieces. */
  write(text: string): void;
  /** The process has ended; `unexpected` where nobody asked it to. */
  end(unexpected: boolean): void;
}

export function createEngineLog(
  onLine: (line: string) => void,
  showAll = process.env['NN_DEBUG'] === '1',
): EngineLog {
  let rest = '';
  let kept: string[] = [];
  const take = (line: string): void => {
    const at = line.indexOf(MARK);
    if (at >= 0) onLine(line.slice(at + MARK.length));
    // A library may have written the beginning of the line.
    const foreign = (at >= 0 ? line.slice(0, at) : line).trimEnd();
    if (foreign === '') return;
    if (showAll) onLine(foreign);
    else kept = [...kept, foreign].slice(-KEPT_LINES);
  };
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    },
    end(unexpected) {
      if (rest !== '') take(rest);
      rest = '';
      if (unexpected) for (const line of kept) onLine(line);
      kept = [];
    },
  };
}
