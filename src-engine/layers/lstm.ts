/** Long short-term memory. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html */
import { recurrentLayer } from './shared/recurrent.ts';

export default recurrentLayer({
  type: 'LSTM',
  doc: 'Reads a sequence step by step and keeps a state that says what it has seen. Gates decide what is forgotten, what is taken up and what is told, so it remembers over many steps: the usual recurrent layer.',
  formula:
    '\\begin{aligned} i, f, o &= \\sigma(W x_t + U h_{t-1} + b) \\\\ g &= \\tanh(W_g x_t + U_g h_{t-1} + b_g) \\\\ c_t &= f \\odot c_{t-1} + i \\odot g \\\\ h_t &= o \\odot \\tanh(c_t) \\end{aligned}',
  keywords: ['long short-term memory', 'gates', 'cell', 'rnn'],
  attrs: {},
  cell: () => 'lstm',
  keras: () => ({ layer: 'LSTM', cell: 'lstm_cell', gates: [0, 1, 2, 3], biases: 'added' }),
  torchArgs: () => [],
});
