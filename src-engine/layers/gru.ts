/** Gated recurrent unit. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html */
import { recurrentLayer } from './shared/recurrent.ts';

export default recurrentLayer({
  type: 'GRU',
  doc: 'Reads a sequence step by step and keeps a state that says what it has seen. Two gates decide how much of the state is replaced: lighter than an LSTM, with three quarters of its weights, and often as good.',
  formula:
    '\\begin{aligned} r, z &= \\sigma(W x_t + U h_{t-1} + b) \\\\ n &= \\tanh(W_n x_t + r \\odot (U_n h_{t-1} + b_n)) \\\\ h_t &= (1 - z) \\odot n + z \\odot h_{t-1} \\end{aligned}',
  keywords: ['gated recurrent unit', 'gates', 'rnn'],
  attrs: {},
  cell: () => 'gru',
  keras: () => ({ layer: 'GRU', cell: 'gru_cell', gates: [1, 0, 2], biases: 'stacked' }),
  torchArgs: () => [],
});
