/** Whether what reads a file goes on: a number that grows with what is done, for whoever waits for a long query. */
let done = 0;

export const workDone = (): number => done;

export function worked(): void {
  done += 1;
}
