/** Writes resources/data/machines.csv: a table with planted traps (resources/data/README.md), always the same. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Numerical Recipes' linear congruential generator: whole numbers only, the same everywhere. */
let state = 2026;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const between = (low, high) => low + (high - low) * random();

const rows = [];
for (let i = 0; i < 600; i++) {
  const wear = Math.round(between(0, 240));
  const torque = between(20, 70);
  const temperature = between(290, 310);
  const type = 'LLLMMH'[Math.floor(random() * 6)];
  const risk = (wear / 240) * (torque / 70) + (temperature - 290) / 100;
  const failed = risk > 0.84 || random() < 0.01 ? 1 : 0;
  const repair = failed ? between(2, 30) : 0;
  rows.push([
    `M${10_001 + i}`,
    type,
    random() < 0.08 ? '' : temperature.toFixed(1),
    random() < 0.04 ? '' : torque.toFixed(1),
    wear,
    'Lyon',
    repair.toFixed(1),
    failed,
  ]);
}
// Rows that came twice, far from those they repeat.
for (let i = 0; i < 12; i++) rows.push(rows[i * 37]);
const header = 'id,type,temperature_k,torque_nm,wear_min,plant,repair_hours,failed';
const path = join(resolve(import.meta.dirname, '..'), 'resources', 'data', 'machines.csv');
writeFileSync(path, `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`);
