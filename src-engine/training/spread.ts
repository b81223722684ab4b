/** How unlike samples are: the root of the mean square of how far each of their numbers is from the mean of its place. */
export function spreadOf(samples: readonly ArrayLike<number>[]): number {
  const [first] = samples;
  if (!first || first.length === 0) return NaN;
  let squares = 0;
  for (let place = 0; place < first.length; place++) {
    let sum = 0;
    for (const sample of samples) sum += sample[place] ?? 0;
    const mean = sum / samples.length;
    for (const sample of samples) squares += ((sample[place] ?? 0) - mean) ** 2;
  }
  return Math.sqrt(squares / (first.length * samples.length));
}
