/** Resolves when all is done that promises had to do: a turn of the event loop, however long that takes. */
export const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
