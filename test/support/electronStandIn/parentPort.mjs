// Loaded before a utility process's program: gives a child process what Electron gives a utility process.
process.parentPort = {
  postMessage: (message) => process.send(message),
  on: (event, listener) => process.on(event, (data) => listener({ data, ports: [] })),
};
process.on('disconnect', () => process.exit(0));
