/**
 * Gradient of a convolution's input, which is also what a transposed convolution computes. Where the stride
 * is 1 it is the forward pass of the output's gradient, bordered, with flipped weights, by any of its ways
 * (conv.ts); else winograd.ts or stridedInputGrad.ts.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { i32 } from '#engine/assembler/instructions.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { convByPatches, dims4 } from './conv.ts';
import { chooseForStridedInput, chooseForward } from './convWays.ts';
import { depthwiseConv } from './depthwise.ts';
import { directConv, evenRows } from './directConv.ts';
import type { Bordering, PatchGeometry } from './patches.ts';
import { stridedInputGrad } from './stridedInputGrad.ts';
import { winogradConv } from './winograd.ts';
import { gradientStart } from './winogradKinds.ts';

export function conv2dInputGrad(call: OpCall<'conv2dInputGrad'>, context: KernelContext): Phase[] {
  const [dy, w] = call.inputs;
  if (!dy || !w) throw new Error('conv2dInputGrad has two operands');
  const { stride, padding, dilation, groups, inputShape } = call.params;
  const [batch, , height, width] = dims4(inputShape);
  const [filters, groupChannels, r, s] = dims4(w.type.shape);
  const [, , p, q] = dims4(dy.type.shape);
  const groupFilters = filters / groups;
  const kernel = [r, s] as const;
  if (stride.some((steps) => steps > 1)) {
    const shape = { ...call.params, kernel, channels: groupChannels, filters: groupFilters };
    const winograd = chooseForStridedInput({ ...shape, batch, output: [p, q] }, [height, width]);
    if (winograd) {
      const [top, left] = [
        gradientStart(r, stride[0], padding[0]),
        gradientStart(s, stride[1], padding[1]),
      ];
      const taps = r * s * 4;
      return winogradConv(
        {
          ...{ winograd, batch, groups, channels: groupFilters, rows: groupChannels },
          ...{ size: [p, q], output: [height, width] },
          padding: [top.offset, left.offset],
          crop: [top.crop, left.crop],
          address: context.address(dy),
          filters: {
            ...{ address: context.address(w), row: taps, channel: groupChannels * taps },
            ...{ group: groupFilters * groupChannels * taps, flipped: true },
          },
          to: context.address(call.output),
          relu: false,
        },
        context,
      );
    }
    return stridedInputGrad(
      {
        ...{ batch, groups, channels: groupChannels, filters: groupFilters },
        ...{ kernel, stride, dilation },
        padding: [padding[0], padding[1]],
        input: [height, width],
        output: [p, q],
        slopes: context.address(dy),
        weights: context.address(w),
        to: context.address(call.output),
      },
      context,
    );
  }
  const image = [height + dilation[0] * (r - 1), width + dilation[1] * (s - 1)] as const;
  const offset = [dilation[0] * (r - 1) - padding[0], dilation[1] * (s - 1) - padding[1]] as const;
  const bordering: Bordering = {
    channels: groupFilters,
    from: [p, q],
    to: image,
    offset,
  };
  const needsBorder = image[0] !== p || image[1] !== q || offset.some((each) => each !== 0);
  const tileRows = evenRows(groupChannels, context.target.tile.rows);
  const weights = context.address(w);
  const shape = {
    ...call.params,
    kernel,
    channels: groupFilters,
    filters: groupChannels,
    batch,
    output: [height, width] as const,
  };
  const way = chooseForward(shape);
  if (typeof way !== 'string') {
    const taps = r * s * 4;
    return winogradConv(
      {
        ...{
          winograd: way,
          batch,
          groups,
          channels: groupFilters,
          rows: groupChannels,
          output: shape.output,
        },
        size: [p, q],
        padding: offset,
        address: context.address(dy),
        filters: {
          ...{ address: weights, row: taps, channel: groupChannels * taps, flipped: true },
          group: groupFilters * groupChannels * taps,
        },
        to: context.address(call.output),
        relu: false,
      },
      context,
    );
  }
  const geometry: PatchGeometry = {
    ...{ channels: groupFilters, kernel, dilation, stride: [1, 1], image },
    output: [height, width],
  };
  if (groupChannels === 1 && groups > 1) {
    const planes = { batch, channels: filters, address: context.address(dy) };
    return depthwiseConv(
      {
        from: {
          ...planes,
          geometry: { ...geometry, channels: 1 },
          ...(needsBorder ? { bordering: { ...bordering, channels: 1 } } : {}),
        },
        ...{ filters: groups, terms: groupFilters, weights, flipped: true },
        ...{ to: context.address(call.output), relu: false },
      },
      context,
    );
  }
  const compute = way === 'direct' ? directConv : convByPatches;
  return compute(
    {
      batch,
      groups,
      rows: groupChannels,
      tileRows,
      geometry,
      ...(needsBorder ? { bordering } : {}),
      input: context.address(dy),
      inputBytes: groupFilters * p * q * 4,
      output: context.address(call.output),
      relu: false,
      packFilters(f, group, tile, count, to) {
        // Row c of the panel is channel c of every filter, each kernel back to front.
        const taps = r * s;
        const writing = f.local('i32', to);
        const first = i32.add(
          i32.mul(i32.mul(group, groupFilters), groupChannels),
          i32.mul(tile, tileRows),
        );
        const reading = f.local('i32', i32.add(i32.mul(first, taps * 4), weights));
        f.for(0, groupFilters, 1, () => {
          const tap = f.local('i32', i32.add(reading, (taps - 1) * 4));
          f.for(0, taps, 1, () => {
            for (let c = 0; c < count; c++) {
              f.run(i32.store(writing, i32.load(tap, c * taps * 4), c * 4));
            }
            f.increment(tap, -4);
            f.increment(writing, tileRows * 4);
          });
          f.increment(reading, groupChannels * taps * 4);
        });
      },
    },
    context,
  );
}
