// Loaded before a utility process's program: gives a child process what Electron gives a utility process.
import { EventEmitter } from 'node:events';

const parentPort = new EventEmitter();
parentPort.postMessage = (message) => process.send(message);
process.parentPort = parentPort;

const ports = new Map();
function portOf(id) {
  const port = new EventEmitter();
  port.start = () => undefined;
  port.close = () => undefined;
  port.postMessage = (data) => process.send({ standInPort: id, data });
  ports.set(id, port);
  return port;
}
process.on('message', (message) => {
  const { standInPort, standInClosed, standInPorts } = message;
  if (standInPort !== undefined) ports.get(standInPort)?.emit('message', { data: message.data });
  else if (standInClosed !== undefined) ports.get(standInClosed)?.emit('close');
  else if (standInPorts !== undefined) {
    parentPort.emit('message', { data: message.message, ports: standInPorts.map(portOf) });
  } else parentPort.emit('message', { data: message, ports: [] });
});
process.on('disconnect', () => process.exit(0));
