/** Writes resources/data/flats.csv: made-up flats and what they were sold for (resources/data/README.md), always the same. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Numerical Recipes' linear congruential generator: whole numbers only, the same everywhere. */
let state = 2027;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const between = (low, high) => low + (high - low) * random();
/** About normal, by twelve of them. */
const noise = () => Array.from({ length: 12 }, random).reduce((sum, x) => sum + x, -6);

/** Euros for a square metre. */
const DISTRICTS = { Harbour: 5400, 'Old town': 6300, Park: 4900, Station: 3700, Hills: 4300 };
const HEATING = { gas: 1, 'district heating': 1.02, 'heat pump': 1.07, oil: 0.95 };
const pick = (names) => names[Math.floor(random() * names.length)];

const rows = [];
for (let i = 0; i < 1200; i++) {
  const district = pick(Object.keys(DISTRICTS));
  const heating = pick(Object.keys(HEATING));
  const area = Math.round(between(24, 70) + between(0, 80) * random());
  const rooms = Math.max(1, Math.round(area / 26 + between(-0.8, 0.8)));
  const year = Math.round(between(1890, 2024));
  const floor = Math.floor(between(0, 9));
  const lift = year > 1965 || random() < 0.25 ? 1 : 0;
  const balcony = random() < 0.55 ? 1 : 0;
  // What is new is dear, and so is what is old enough; the years between are neither.
  const age = 1 + 0.22 * ((year - 1955) / 69) ** 2;
  // High up is a view with a lift and a climb without.
  const height = lift ? 1 + 0.015 * floor : 1 - 0.02 * Math.max(0, floor - 1);
  const size = (area / 60) ** -0.12;
  const price =
    DISTRICTS[district] * area * size * age * height * HEATING[heating] * (1 + 0.03 * balcony);
  rows.push([
    `F${20_001 + i}`,
    district,
    area,
    rooms,
    random() < 0.04 ? '' : floor,
    lift,
    random() < 0.08 ? '' : year,
    heating,
    balcony,
    Math.round((price * (1 + 0.06 * noise())) / 500) * 500,
  ]);
}
const header = 'id,district,area_m2,rooms,floor,lift,year,heating,balcony,price_eur';
const path = join(resolve(import.meta.dirname, '..'), 'resources', 'data', 'flats.csv');
writeFileSync(path, `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`);
