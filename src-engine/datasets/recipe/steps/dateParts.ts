/** A date becomes its parts. */
import { COLUMNS, defineColumnStep, type StepColumn } from '../define.ts';

const PARTS = ['year', 'month', 'day', 'weekday', 'hour'] as const;
type Part = (typeof PARTS)[number];
/** After so many it begins again; years never do. From which number they count. */
const CYCLES: Readonly<Record<Exclude<Part, 'year'>, readonly [length: number, first: number]>> = {
  month: [12, 1],
  day: [31, 1],
  weekday: [7, 0],
  hour: [24, 0],
};
const DAY_SECONDS = 86_400;

interface Attrs extends Readonly<Record<Part, boolean>> {
  readonly cyclic: boolean;
}

const part = (help: string, isOn: boolean) => ({ kind: 'bool', default: isOn, help }) as const;

export default defineColumnStep({
  id: 'dateParts',
  label: 'Date parts',
  doc: 'A date becomes year, month, day, weekday and hour, those that you want, as numbers or round the circle.',
  order: 110,
  attrs: {
    columns: COLUMNS,
    year: part('The year as a number.', true),
    month: part('1 to 12.', true),
    day: part('Of the month, 1 to 31.', false),
    weekday: part('0 is Monday, 6 is Sunday.', true),
    hour: part('0 to 23.', false),
    cyclic: {
      kind: 'bool',
      default: false,
      label: 'Round the circle',
      help: 'Sine and cosine in place of the number, so that December lies beside January. Years stay numbers.',
    },
  },
  takes: () => ['date'],
  isFitted: () => false,
  fit: () => Promise.resolve({}),
  gives: ({ name }, attrs) =>
    wanted(attrs).flatMap((each) =>
      isRound(each, attrs)
        ? ['sin', 'cos'].map((wave) => ({ name: `${name}_${each}_${wave}`, kind: 'number' }))
        : [{ name: `${name}_${each}`, kind: 'number' }],
    ),
  apply(column, attrs) {
    if (column.kind !== 'date') throw new Error('only dates have parts');
    const { seconds } = column;
    return wanted(attrs).flatMap((each): StepColumn[] => {
      const values = seconds.map((at) => (Number.isNaN(at) ? NaN : partOf(each, at)));
      if (!isRound(each, attrs)) return [{ kind: 'number', values }];
      const [length, first] = CYCLES[each];
      const turn = values.map((value) => ((value - first) / length) * 2 * Math.PI);
      return [Math.sin, Math.cos].map((wave) => ({ kind: 'number', values: turn.map(wave) }));
    });
  },
  describe: (_column, attrs) =>
    `${wanted(attrs).join(', ')}${attrs.cyclic ? ' round the circle' : ''}`,
  onnx: {
    number: { reason: 'it takes dates' },
    words: { reason: 'it takes dates' },
  },
  python: `def date_parts(column, attrs, fitted):
    """Parts of a date, as numbers or round the circle."""
    gaps = np.isnan(column.seconds)
    seconds = np.where(gaps, 0, column.seconds).astype("int64")
    day = seconds // 86400
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype("int64")
    parts = {
        "year": months // 12 + 1970,
        "month": months % 12 + 1,
        "day": (dates - dates.astype("datetime64[M]")).astype("int64") + 1,
        "weekday": (day + 3) % 7,
        "hour": seconds // 3600 % 24,
    }
    cycles = {"month": (12, 1), "day": (31, 1), "weekday": (7, 0), "hour": (24, 0)}
    made = []
    for name, part in parts.items():
        if not attrs[name]:
            continue
        values = np.where(gaps, np.nan, part)
        if attrs["cyclic"] and name in cycles:
            length, first = cycles[name]
            turn = (values - first) / length * 2 * np.pi
            made += [np.sin(turn), np.cos(turn)]
        else:
            made.append(values)
    return made
`,
});

const wanted = (attrs: Attrs): readonly Part[] => PARTS.filter((each) => attrs[each]);
const isRound = (each: Part, { cyclic }: Attrs): each is Exclude<Part, 'year'> =>
  cyclic && each !== 'year';

function partOf(each: Part, seconds: number): number {
  const date = new Date(seconds * 1000);
  switch (each) {
    case 'year':
      return date.getUTCFullYear();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'day':
      return date.getUTCDate();
    case 'weekday':
      // The first day of 1970 was a Thursday.
      return (((Math.floor(seconds / DAY_SECONDS) + 3) % 7) + 7) % 7;
    case 'hour':
      return date.getUTCHours();
  }
}
