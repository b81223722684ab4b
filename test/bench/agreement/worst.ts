/** The worst of a group, and whose it is. */
export class Worst {
  #error = 0;
  #of = '';
  add(of: string, got: ArrayLike<number>, wanted: readonly number[]): void {
    const scale = Math.max(1, ...wanted.map(Math.abs).filter(Number.isFinite));
    wanted.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      const error = Math.abs((got[i] ?? NaN) - value) / scale;
      if (!(error <= this.#error)) [this.#error, this.#of] = [error, of];
    });
  }
  toString(): string {
    return `${this.#error.toExponential(1)}${this.#of === '' ? '' : ` (${this.#of})`}`;
  }
}

export const line = (
  group: string,
  count: number,
  seen: number,
  exact: unknown,
  rounded: unknown,
): void =>
  console.log(
    `${group.padEnd(12)} ${count} (${seen} compared)  float64 ${String(exact)}  float32 ${String(rounded)}`,
  );
