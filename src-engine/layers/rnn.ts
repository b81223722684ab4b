/** The plain recurrent layer. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html */
import { recurrentLayer } from './shared/recurrent.ts';

export default recurrentLayer({
  type: 'RNN',
  doc: 'Reads a sequence step by step: each state is a function of the input and the state before, without gates. It forgets within some ten steps; LSTM and GRU remember longer.',
  formula: 'h_t = \\tanh(W x_t + U h_{t-1} + b)',
  keywords: ['elman', 'vanilla', 'simple'],
  attrs: {
    nonlinearity: {
      kind: 'choice',
      default: 'tanh',
      options: ['tanh', 'relu'],
      optionLabels: { tanh: 'Tanh', relu: 'ReLU' },
      help: 'The function of each step. Tanh keeps states within -1 and 1; with ReLU they may grow without bound.',
    },
  },
  cell: ({ nonlinearity }) => nonlinearity,
  keras: ({ nonlinearity }) => ({
    ...{ layer: 'SimpleRNN', cell: 'simple_rnn_cell', gates: [0], biases: 'added' as const },
    args: [nonlinearity === 'relu' ? 'activation="relu"' : undefined],
  }),
  torchArgs: ({ nonlinearity }) => [nonlinearity === 'relu' ? 'nonlinearity="relu"' : undefined],
});
