/** What the test tells the stand-in to do in the user's place, over the channel of the child process. */
interface Order {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}
type Carry = (input: never) => unknown;

type DialogKind = 'open' | 'save' | 'message';
const answers = new Map<DialogKind, unknown>();
const orders = new Map<string, Carry>([
  [
    'answerDialog',
    ({ kind, answer }: { kind: DialogKind; answer: unknown }) => void answers.set(kind, answer),
  ],
]);

/** A dialog is up: what the test has laid down for it, or cancelled. */
export function asked(kind: DialogKind): Promise<unknown> {
  const answer = answers.get(kind) ?? { canceled: true, filePaths: [], filePath: '', response: 0 };
  answers.delete(kind);
  return Promise.resolve(answer);
}

export function onOrder(name: string, carry: Carry): void {
  orders.set(name, carry);
}

export function takeOrders(): void {
  process.on('message', ({ id, name, input }: Order) => {
    void (async () => {
      try {
        const carry = orders.get(name);
        if (!carry) throw new Error(`no order ${name}`);
        process.send?.({ id, output: await carry(input as never) });
      } catch (error) {
        process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
      }
    })();
  });
}
