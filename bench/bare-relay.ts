import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * The least that a local proxy in Node can do: what comes goes to the port on 127.0.0.1 that is its argument, and back,
 * without a look at it. It says on which port it listens.
 */

const backlog = 1_024;
const target = Number(process.argv[2]);

function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => from.destroy());
  from.once('close', () => to.destroy());
}

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ host: '127.0.0.1', port: target, noDelay: true });
  join(client, upstream);
  join(upstream, client);
});
server.listen(0, '127.0.0.1', backlog, () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
});
