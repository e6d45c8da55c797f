import { connect } from 'node:net';
import { isNobodyThere } from './control-sockets';

const probeMs = 2_000;

/** Whether a process answers on a control socket. @throws NodeJS.ErrnoException when that cannot be told */
export function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    // A process that is too busy to accept is alive all the same.
    socket.setTimeout(probeMs, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (isNobodyThere(error)) resolve(false);
      else if (error.code === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}
