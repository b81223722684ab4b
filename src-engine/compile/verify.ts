/**
 * Checks between passes: that a graph is well formed and a program's memory is what it says. Run in tests
 * and under NN_CHECK=1; a failure is a bug in a pass, named with the value or call it concerns.
 */
import type { Graph } from '../ir/graph.ts';
import { sameShape } from '../ir/tensor.ts';
import { isElementwise } from '../ops/ops.ts';
import { inferOp } from '../ops/shapes.ts';
import { type BufferRef, type KernelCall, placeBytes, type Program } from './program.ts';

export function verifyGraph(pass: string, graph: Graph): void {
  graph.values.forEach((value, id) => {
    const fail = (what: string): never => {
      throw new Error(`${pass}: value ${id}${value.kind === 'op' ? ` (${value.op})` : ''} ${what}`);
    };
    if (value.kind === 'leaf') return;
    const types = value.inputs.map((input) => {
      const producer = graph.values[input];
      if (input >= id || !producer) return fail(`reads ${input}, which is not before it`);
      return producer.type;
    });
    const type = inferOp(value.op, types, value.params);
    if (type.dtype !== value.type.dtype || !sameShape(type.shape, value.type.shape)) {
      fail(`says ${value.type.shape.join('x')} but makes ${type.shape.join('x')}`);
    }
  });
  for (const [name, id] of Object.entries(graph.outputs)) {
    if (!graph.values[id]) throw new Error(`${pass}: output ${name} names no value`);
  }
}

/** Every read of the work arena must find bytes that one earlier call of the same step wrote. */
export function verifyProgram(program: Program): void {
  /** Stretches of the work arena with valid content; a write invalidates what it overlaps. */
  let valid: BufferRef[] = [];
  program.calls.forEach((call, index) => {
    const fail = (what: string): never => {
      throw new Error(`${program.name}: call ${index} (${nameOf(call)}) ${what}`);
    };
    for (const ref of call.inputs) {
      if (ref.arena !== 'work') continue;
      const found = valid.some(
        (other) =>
          other.offsetBytes <= ref.offsetBytes &&
          ref.offsetBytes + placeBytes(ref) <= other.offsetBytes + placeBytes(other),
      );
      if (!found) fail(`reads work memory at ${ref.offsetBytes} that holds nothing`);
    }
    // Element by element, a result may replace what it was made of.
    const inPlace = call.kind === 'fused' || isElementwise(call.op);
    const written = call.kind === 'op' ? [call.output] : call.outputs.map(({ ref }) => ref);
    for (const ref of written) {
      if (ref.offsetBytes % 64 !== 0) fail(`writes at ${ref.offsetBytes}, not aligned`);
      if (ref.arena !== 'work') continue;
      if (ref.offsetBytes + placeBytes(ref) > program.workBytes) fail('writes past the work arena');
      const clash = call.inputs.find(
        (input) => overlaps(input, ref) && !(inPlace && sameBytes(input, ref)),
      );
      if (clash) fail(`writes over what it reads at ${clash.offsetBytes}`);
      valid = valid.filter((other) => !overlaps(other, ref));
    }
    valid.push(...written.filter((ref) => ref.arena === 'work'));
  });
}

function nameOf(call: KernelCall): string {
  return call.kind === 'op' ? call.op : call.body.map((step) => step.op).join('+');
}

function sameBytes(a: BufferRef, b: BufferRef): boolean {
  return a.offsetBytes === b.offsetBytes && placeBytes(a) === placeBytes(b);
}

function overlaps(a: BufferRef, b: BufferRef): boolean {
  return (
    a.arena === b.arena &&
    a.offsetBytes < b.offsetBytes + placeBytes(b) &&
    b.offsetBytes < a.offsetBytes + placeBytes(a)
  );
}
