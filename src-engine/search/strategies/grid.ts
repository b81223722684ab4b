/** Every combination, the last parameter varying fastest. */
import { defineStrategy } from '../defineStrategy.ts';
import { gridValues } from '../space.ts';

export default defineStrategy({
  id: 'grid',
  label: 'Grid',
  doc: 'Every combination of the values, one after the other; of a range five, or all of its steps. For one or two settings of which each value is to be seen.',
  rank: 1,
  exhaustive: true,
  propose({ space, tried }) {
    const grid = space.map((parameter) => gridValues(parameter));
    const size = grid.reduce((product, values) => product * values.length, 1);
    if (tried.length >= size) return null;
    let rest = tried.length;
    const picked = grid.toReversed().map((values) => {
      const value = values[rest % values.length] ?? null;
      rest = Math.floor(rest / values.length);
      return value;
    });
    const values = picked.toReversed();
    return Object.fromEntries(space.map(({ name }, i) => [name, values[i] ?? null]));
  },
});
