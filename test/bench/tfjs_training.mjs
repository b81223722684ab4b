/**
 * The workloads of `netloom bench` as TensorFlow.js trains them: its layers, its Adam, random data. `tf` is
 * the library, which tfjs_workloads.mjs finds.
 */
import { performance } from 'node:perf_hooks';

const dense = (units, activation) => ({ layer: 'dense', units, ...(activation && { activation }) });
const conv = (filters, norm) => [
  { layer: 'conv2d', filters, kernelSize: 3, padding: 'same' },
  ...(norm ? [{ layer: 'batchNormalization', momentum: 0.9, epsilon: 1e-5 }] : []),
  { layer: 'reLU' },
  { layer: 'maxPooling2d', poolSize: 2 },
];
const dropout = { layer: 'dropout', rate: 0.2 };
const mlp = [dense(128, 'relu'), dropout, dense(64, 'relu'), dropout, dense(10)];
const cnn = (norm) => [
  ...[...conv(32, norm), ...conv(64, norm), { layer: 'flatten' }],
  ...[dense(128, 'relu'), dropout, dense(10)],
];
const autoencoder = [
  ...[256, 128, 32, 128, 256].map((units) => dense(units, 'relu')),
  dense(784, 'sigmoid'),
];

/** Shapes without the batch; `parameters` is what `netloom check` counts. */
const WORKLOADS = {
  W1: { layers: mlp, batch: 64, shape: [784], parameters: 109_386 },
  W2: { layers: mlp, batch: 1024, shape: [784], parameters: 109_386 },
  W2b: {
    layers: [dense(1024, 'relu'), dense(1024, 'relu'), dense(10)],
    ...{ batch: 128, shape: [784], parameters: 1_863_690 },
  },
  W3: { layers: cnn(false), batch: 64, shape: [28, 28, 1], parameters: 421_642 },
  W4: { layers: cnn(true), batch: 64, shape: [28, 28, 1], parameters: 421_834 },
  W5: { layers: autoencoder, batch: 128, shape: [784], parameters: 476_720, reconstruct: true },
};
const BATCHES = 8;
const BLOCKS = 5;
const CHECKED_STEPS = 5;
const CHECKED_ROWS = 8;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function trainer(tf, { layers, shape, parameters, reconstruct }, batch, batches) {
  const model = tf.sequential();
  layers.forEach(({ layer, ...options }, i) =>
    model.add(tf.layers[layer](i === 0 ? { ...options, inputShape: shape } : options)),
  );
  const trained = model.trainableWeights.reduce((sum, { shape: dims }) => {
    return sum + dims.reduce((product, dim) => product * dim, 1);
  }, 0);
  if (trained !== parameters) throw new Error(`${trained} parameters, not ${parameters}`);
  const optimizer = tf.train.adam(1e-3);
  const data = Array.from({ length: batches }, () => {
    const x = tf.randomUniform([batch, ...shape]);
    if (reconstruct) return { x, y: x };
    const classes = Int32Array.from({ length: batch }, () => Math.floor(Math.random() * 10));
    return { x, y: tf.oneHot(tf.tensor1d(classes, 'int32'), 10).toFloat() };
  });
  const loss = ({ x, y }) => {
    const prediction = model.apply(x, { training: true });
    return reconstruct
      ? tf.losses.meanSquaredError(y, prediction)
      : tf.losses.softmaxCrossEntropy(y, prediction);
  };
  const step = (i, wanted = false) => optimizer.minimize(() => loss(data[i % batches]), wanted);
  const close = () => {
    model.dispose();
    optimizer.dispose();
    tf.dispose(data);
  };
  return { step, close };
}

/** Ends of the loss over a few steps on one small batch: it must fall. */
function checkLearning(tf, workload, rows) {
  const { step, close } = trainer(tf, workload, rows, 1);
  const losses = [];
  for (let i = 0; i < CHECKED_STEPS; i++) losses.push(step(0, true).dataSync()[0]);
  close();
  const ends = [losses[0], losses.at(-1)];
  if (!(ends[1] < ends[0])) throw new Error(`the loss went from ${ends.join(' to ')}`);
  return ends;
}

/** Median of blocks that fill the seconds together. A step that takes all of them is timed just twice. */
function timeSteps(step, seconds) {
  const spend = (count) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) step(i);
    return (performance.now() - start) / count;
  };
  const first = spend(1);
  if (first > 1e3 * seconds) return Math.min(first, spend(1));
  const blockMs = (1e3 * seconds) / BLOCKS;
  spend(Math.ceil(blockMs / first));
  const count = Math.max(1, Math.floor(blockMs / spend(Math.ceil(blockMs / 2 / first))));
  return median(Array.from({ length: BLOCKS }, () => spend(count)));
}

/**
 * Of each workload: `{ms, losses}`, or `{cannot}` with the reason. `tf` has its backend set. For a backend
 * that takes seconds for a sample, `maxRows` keeps batches small and the time is multiplied: an estimate.
 */
export function timeWorkloads(tf, names, seconds, maxRows = Infinity) {
  const results = {};
  for (const [name, workload] of Object.entries(WORKLOADS)) {
    if (!names.includes(name)) continue;
    try {
      const losses = checkLearning(tf, workload, Math.min(CHECKED_ROWS, maxRows));
      const rows = Math.min(workload.batch, maxRows);
      const { step, close } = trainer(tf, workload, rows, BATCHES);
      results[name] = { ms: (timeSteps(step, seconds) * workload.batch) / rows, losses };
      close();
    } catch (error) {
      results[name] = { cannot: error.message.split('\n')[0] };
    }
  }
  return results;
}
