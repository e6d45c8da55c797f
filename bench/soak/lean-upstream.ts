import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Accounts } from '../../test/company-proxy/accounts';
import { makeChallenge } from '../../test/company-proxy/challenge';

/**
 * A company proxy that answers everything itself, so that it is faster than whatever is in front of it: 1 KiB to each
 * request, an echo through each tunnel. It verifies every logon. A process of its own; it tells its parent the port.
 */

const accounts = new Accounts([{ domain: 'CORP', user: 'alice', password: 'Passw0rd!' }]);
const backlog = 4_096;
const page = Buffer.alloc(1_024, 'latchkey');
const answer = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${page.length}\r\n\r\n`),
  page,
]);
const emptyAnswer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\n\r\n`);
const message = /^Proxy-Authorization: NTLM (\S+)\r$/im;

function demand(offer: string): string {
  return `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${offer}\r\nContent-Length: 0\r\n\r\n`;
}

/** Serves the requests of one connection, which have no bodies. */
function serve(socket: Socket): void {
  let text = '';
  let negotiate: Buffer | undefined;
  let challenge: Buffer | undefined;
  let isSignedIn = false;
  const answerTo = (head: string): Buffer | string => {
    const token = message.exec(head)?.[1];
    if (!isSignedIn && token !== undefined) {
      const bytes = Buffer.from(token, 'base64');
      if (negotiate === undefined || challenge === undefined) {
        negotiate = bytes;
        const made = makeChallenge({
          variant: undefined,
          negotiate,
          serverChallenge: randomBytes(8),
          nowMs: Date.now(),
          truncatedBytes: undefined,
        });
        challenge = made.message;
        return demand(made.fieldValue);
      }
      isSignedIn = accounts.logOn({ negotiate, challenge, authenticate: bytes }).accepted;
    }
    if (!isSignedIn) return demand('NTLM');
    if (head.startsWith('HEAD ')) return emptyAnswer;
    if (!head.startsWith('CONNECT ')) return answer;
    socket.off('data', onData).pipe(socket);
    return 'HTTP/1.1 200 Connection established\r\n\r\n';
  };
  const onData = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end + 2);
      text = text.slice(end + 4);
      socket.write(answerTo(head));
    }
  };
  socket.on('data', onData).on('error', () => socket.destroy());
}

const server = createServer({ noDelay: true }, serve);
server.listen(0, '127.0.0.1', backlog, () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
