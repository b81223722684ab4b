/**
 * The one tiled product behind matmul and convolution: `C[m, n] = sum over k of A[m, k] B[k, n]`, where A
 * and B are whatever their loaders read. A workgroup computes a tile of C: it moves tiles of A and B into
 * shared memory, the next ones into registers meanwhile, and each invocation keeps a block of C in
 * registers. Reductions too long for the few tiles there are get split, and added in a second dispatch.
 * The tile is chosen by shape.
 */
import { type Dispatch, type KernelContext, type Slot, type Target, gridOf } from './kernel.ts';
import { Words, eachElement, indent, u32 } from './wgsl.ts';

/** How one side of the product is read; groups of four rows (of A) or columns (of B) at a time. */
export interface Operand {
  readonly slot: Slot;
  /** Whether neighbouring k are neighbours in memory, or neighbouring rows (columns). */
  readonly contiguous: 'k' | 'line';
  /** Functions both snippets may call. */
  readonly declarations?: string;
  /** Statements run once, defining what `load` wants to know of the four lines from `line` on. */
  readonly setup: (prefix: string, line: string) => string;
  /** Expression, a vec4: the four lines at `k`. Never called for k outside. */
  readonly load: (prefix: string, k: string) => string;
  /**
   * Where a line's k lie in whole groups of four (memory of width 4; the reduction is a multiple of 4):
   * expression, a vec4, of line 0 to 3 at `k` to `k + 3`, used in place of `load`. A fourth of the accesses.
   */
  readonly loadAlong?: (prefix: string, line: number, k: string) => string;
}

export interface Gemm {
  readonly label: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Products of the same shape side by side; code may use `batch`. */
  readonly batches: number;
  readonly a: Operand;
  readonly b: Operand;
  readonly slots: readonly Slot[];
  readonly declarations: string;
  /**
   * Whether results are stored four at a time: n is a multiple of 4. Must be so where an operand reads
   * whole groups, since code of width 4 cannot store single numbers.
   */
  readonly vectorStore: boolean;
  /** Statements that store `value` (f32, or vec4<f32>) at row `m` and columns from `n` on. */
  readonly store: string;
}

interface Tile {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Results of one invocation; multiples of 4. */
  readonly rows: number;
  readonly columns: number;
  /** Multiplications per second, relative to the largest tile: more results per number loaded. */
  readonly speed: number;
}

/** Just deep enough that an invocation moves one group of each side per tile: more would press on registers. */
const TILES: readonly Tile[] = [
  { m: 128, n: 128, k: 8, rows: 8, columns: 8, speed: 1 },
  { m: 64, n: 128, k: 8, rows: 4, columns: 8, speed: 0.85 },
  { m: 128, n: 64, k: 8, rows: 8, columns: 4, speed: 0.85 },
  { m: 64, n: 64, k: 16, rows: 4, columns: 4, speed: 0.65 },
  { m: 32, n: 128, k: 8, rows: 4, columns: 4, speed: 0.6 },
  { m: 128, n: 32, k: 8, rows: 4, columns: 4, speed: 0.6 },
  { m: 32, n: 32, k: 8, rows: 4, columns: 4, speed: 0.4 },
  { m: 16, n: 64, k: 4, rows: 4, columns: 4, speed: 0.35 },
  { m: 64, n: 16, k: 4, rows: 4, columns: 4, speed: 0.35 },
];
/** Parts of a split reduction are at least so long. */
const LEAST_K = 128;
/** What a tile costs besides its multiplications, in steps of k: start, first loads, stores. */
const OVERHEAD_K = 24;

interface Plan {
  readonly tile: Tile;
  readonly splits: number;
}

/** The cheapest tile and split for a device that runs so many workgroups at once. */
export function planGemm({ m, n, k, batches }: Gemm, target: Target): Plan {
  let best: Plan | undefined;
  let least = Infinity;
  for (const tile of TILES) {
    if (sharedBytes(tile) > target.workgroupBytes) continue;
    if (invocationsOf(tile) > target.maxInvocations) continue;
    const tiles = Math.ceil(m / tile.m) * Math.ceil(n / tile.n) * batches;
    const most = Math.max(1, Math.floor(k / LEAST_K));
    for (let splits = 1; splits <= most; splits *= 2) {
      const rounds = Math.max(1, (tiles * splits) / target.parallelGroups);
      const steps = k / splits + OVERHEAD_K * (splits > 1 ? 2 : 1);
      const cost = (rounds * tile.m * tile.n * steps) / tile.speed;
      if (cost < least) [best, least] = [{ tile, splits }, cost];
    }
  }
  if (!best) throw new RangeError('the device has no room for any tile');
  return best;
}

const invocationsOf = ({ m, n, rows, columns }: Tile): number => (m * n) / (rows * columns);
const sharedBytes = ({ m, n, k }: Tile): number => (m / 4 + 1 + n / 4 + 1) * k * 16;

export function gemm(spec: Gemm, context: KernelContext): readonly Dispatch[] {
  const plan = planGemm(spec, context.target);
  if (plan.splits === 1) return [tiled(spec, plan, context)];
  const { m, n, batches, vectorStore } = spec;
  const size = batches * m * n;
  const slot = { name: 'partial', place: context.scratch(plan.splits * size) };
  const index = `((split * ${u32(batches)} + batch) * ${u32(m)} + m) * ${u32(n)} + n`;
  const first: Gemm = {
    ...spec,
    slots: [...spec.slots, slot],
    store: vectorStore ? `set_partial4((${index}) / 4u, value);` : `set_partial(${index}, value);`,
  };
  const width = vectorStore ? 4 : 1;
  const partial = vectorStore ? 'partial4' : 'partial';
  const second = eachElement(
    {
      label: `${spec.label}, sum of ${plan.splits} parts`,
      slots: [...spec.slots, slot],
      width,
      count: size / width,
      declarations: spec.declarations,
      body: `
let batch = i / ${u32((m * n) / width)};
let m = (i / ${u32(n / width)}) % ${u32(m)};
let n = (i % ${u32(n / width)}) * ${u32(width)};
var value = ${partial}(i);
for (var part = 1u; part < ${u32(plan.splits)}; part++) { value += ${partial}(part * ${u32(size / width)} + i); }
${spec.store}`,
    },
    context,
  );
  return [tiled(first, plan, context), second];
}

function tiled(spec: Gemm, { tile, splits }: Plan, { target }: KernelContext): Dispatch {
  const { m, n, k, a, b, batches } = spec;
  const lanes = invocationsOf(tile);
  const part = Math.ceil(k / splits / tile.k) * tile.k;
  const [tilesM, tilesN] = [Math.ceil(m / tile.m), Math.ceil(n / tile.n)];
  const [groupsN, groupsM] = [tile.n / tile.columns, tile.m / tile.rows];
  const sideA = new Side('a', a, tile.m, tile.k, lanes);
  const sideB = new Side('b', b, tile.n, tile.k, lanes);
  const blocksM = tile.rows / 4;
  const blocksN = tile.columns / 4;
  const rows = range(tile.rows);
  const columns = range(blocksN);
  const name = (row: number, column: number): string => `c${row}_${column}`;
  const count = tilesM * tilesN * batches * splits;
  const exact = k % (part * splits) === 0 && part % tile.k === 0;

  const inner = [
    ...range(blocksM).map(
      (i) => `let fa${i} = ${sideA.shared}[kk * ${u32(sideA.stride)} + tm + ${u32(i * groupsM)}];`,
    ),
    ...columns.map(
      (j) => `let fb${j} = ${sideB.shared}[kk * ${u32(sideB.stride)} + tn + ${u32(j * groupsN)}];`,
    ),
    ...rows.flatMap((r) =>
      columns.map((j) => {
        const factor = `vec4<f32>(fa${r >> 2}.${'xyzw'.charAt(r & 3)})`;
        return `${name(r, j)} = fma(${factor}, fb${j}, ${name(r, j)});`;
      }),
    ),
  ];
  const stores = rows.flatMap((r) =>
    columns.map((j) => {
      const row = `m0 + ${u32((r >> 2) * groupsM * 4 + (r & 3))}`;
      const column = `n0 + ${u32(j * groupsN * 4)}`;
      return `put(batch, split, ${row}, ${column}, ${name(r, j)});`;
    }),
  );
  const words = new Words();
  return {
    label: `${spec.label} ${m}x${n}x${k}, tile ${tile.m}x${tile.n}`,
    slots: spec.slots,
    words: words.values,
    width: spec.vectorStore ? 4 : 1,
    groups: gridOf(count, target),
    code: `${spec.declarations}
${a.declarations ?? ''}
${b.declarations ?? ''}
var<workgroup> ${sideA.shared}: array<vec4<f32>, ${tile.k * sideA.stride}>;
var<workgroup> ${sideB.shared}: array<vec4<f32>, ${tile.k * sideB.stride}>;
${putFunction(spec)}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) g: vec3<u32>, @builtin(num_workgroups) gn: vec3<u32>, @builtin(local_invocation_index) t: u32) {
  let group = min(g.y * gn.x + g.x, ${u32(count - 1)});
  let column_tile = group % ${u32(tilesN)};
  let row_tile = (group / ${u32(tilesN)}) % ${u32(tilesM)};
  let batch = (group / ${u32(tilesN * tilesM)}) % ${u32(batches)};
  let split = group / ${u32(tilesN * tilesM * batches)};
  let begin = split * ${u32(part)};
  let end = min(begin + ${u32(part)}, ${u32(k)});
  let tn = t % ${u32(groupsN)};
  let tm = t / ${u32(groupsN)};
${indent(sideA.setup('row_tile'))}
${indent(sideB.setup('column_tile'))}
${indent(rows.flatMap((r) => columns.map((j) => `var ${name(r, j)} = vec4<f32>();`)).join('\n'))}
  for (var k0 = begin; ; k0 += ${u32(tile.k)}) {
    // The next tile is under way from memory while the last one is being used.
    if (k0 < end) {
${indent(indent(indent(sideA.fetch(exact))))}
${indent(indent(indent(sideB.fetch(exact))))}
    }
    if (k0 > begin) {
      for (var kk = 0u; kk < ${u32(tile.k)}; kk++) {
${indent(indent(indent(indent(inner.join('\n')))))}
      }
    }
    if (k0 >= end) { break; }
    workgroupBarrier();
${indent(indent(sideA.put()))}
${indent(indent(sideB.put()))}
    workgroupBarrier();
  }
  let m0 = row_tile * ${u32(tile.m)} + tm * 4u;
  let n0 = column_tile * ${u32(tile.n)} + tn * 4u;
${indent(stores.join('\n'))}
}`,
  };
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Stores four neighbours of one row, those that exist. */
function putFunction({ m, n, vectorStore, store }: Gemm): string {
  const head = `fn put(batch: u32, split: u32, m: u32, column: u32, four: vec4<f32>) {
  if (m >= ${u32(m)}) { return; }`;
  if (vectorStore) {
    return `${head}
  let n = column;
  if (n >= ${u32(n)}) { return; }
  var value = four;
${indent(store)}
}`;
  }
  return `${head}
  for (var lane = 0u; lane < 4u; lane++) {
    let n = column + lane;
    if (n < ${u32(n)}) {
      var value = four[lane];
${indent(indent(indent(store)))}
    }
  }
}`;
}

/** One operand's way from memory through registers into shared memory. */
class Side {
  readonly shared: string;
  /** In groups of four lines; padded so that neighbours in k fall into different banks. */
  readonly stride: number;
  readonly #name: string;
  readonly #operand: Operand;
  readonly #lines: number;
  readonly #depth: number;
  readonly #lanes: number;

  constructor(name: string, operand: Operand, lines: number, depth: number, lanes: number) {
    this.#name = name;
    this.#operand = operand;
    this.#lines = lines;
    this.#depth = depth;
    this.#lanes = lanes;
    this.shared = `tile_${name}`;
    this.stride = lines / 4 + (operand.contiguous === 'k' ? 1 : 0);
  }

  /** How many k an invocation moves at once. */
  get #unit(): number {
    return this.#operand.loadAlong ? 4 : 1;
  }

  /** Groups of four lines by `unit` in a tile. */
  get #groups(): number {
    return ((this.#lines / 4) * this.#depth) / this.#unit;
  }

  /** The groups an invocation moves per tile; the last may be beyond the tile. */
  get #loads(): readonly number[] {
    return range(Math.ceil(this.#groups / this.#lanes));
  }

  /** Registers between memory and shared memory: one for each k. */
  #registers(p: string): readonly string[] {
    return range(this.#unit).map((r) => `${p}_next${r}`);
  }

  /** Each load of an invocation has lines and a k of its own within the tile. */
  setup(tileIndex: string): string {
    return this.#loads
      .map((j) => {
        const p = `${this.#name}${j}`;
        const groups = this.#lines / 4;
        const units = this.#depth / this.#unit;
        const id = `(t + ${u32(j * this.#lanes)})`;
        const [group, k] =
          this.#operand.contiguous === 'k'
            ? [`${id} / ${u32(units)}`, `(${id} % ${u32(units)}) * ${u32(this.#unit)}`]
            : [`${id} % ${u32(groups)}`, `${id} / ${u32(groups)}`];
        return `let ${p}_group = ${group};
let ${p}_k = ${k};
let ${p}_line = ${tileIndex} * ${u32(this.#lines)} + ${p}_group * 4u;
${this.#operand.setup(p, `${p}_line`)}
${this.#registers(p)
  .map((register) => `var ${register} = vec4<f32>();`)
  .join('\n')}`;
      })
      .join('\n');
  }

  /** `exact`: every tile is whole, so that no k lies outside. */
  fetch(exact: boolean): string {
    return this.#loads
      .map((j) => {
        const p = `${this.#name}${j}`;
        const { load, loadAlong } = this.#operand;
        const inTile = exact && (j + 1) * this.#lanes <= this.#groups;
        const at = `${p}_at`;
        const k = inTile ? `k0 + ${p}_k` : `min(k0 + ${p}_k, end - ${u32(this.#unit)})`;
        const registers = this.#registers(p);
        const loaded = registers.map((register, line) => {
          const value = loadAlong ? loadAlong(p, line, at) : load(p, at);
          return exact
            ? `${register} = ${value};`
            : `${register} = select(vec4<f32>(), ${value}, k0 + ${p}_k < end);`;
        });
        return `{\nlet ${at} = ${k};\n${loaded.join('\n')}\n}`;
      })
      .join('\n');
  }

  put(): string {
    return this.#loads
      .map((j) => {
        const p = `${this.#name}${j}`;
        const registers = this.#registers(p);
        // What was read along k is turned, so that shared memory holds lines side by side.
        const turned =
          registers.length === 1
            ? registers
            : ['x', 'y', 'z', 'w'].map(
                (lane) => `vec4<f32>(${registers.map((each) => `${each}.${lane}`).join(', ')})`,
              );
        const stores = turned.map(
          (value, r) =>
            `${this.shared}[(${p}_k + ${u32(r)}) * ${u32(this.stride)} + ${p}_group] = ${value};`,
        );
        if ((j + 1) * this.#lanes <= this.#groups) return stores.join('\n');
        return `if (t < ${u32(this.#groups - j * this.#lanes)}) {\n${stores.join('\n')}\n}`;
      })
      .join('\n');
  }
}
