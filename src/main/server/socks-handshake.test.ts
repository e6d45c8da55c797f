import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SocksHandshake, type SocksStep } from './socks-handshake';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const open = '05 01 00';
const name = (host: string, port = '01bb'): string =>
  `05 01 00 03 ${host.length.toString(16).padStart(2, '0')} ${Buffer.from(host, 'latin1').toString('hex')} ${port}`;

/** What comes of these bytes in one piece. */
function push(text: string, users: ConstructorParameters<typeof SocksHandshake>[0] = []): SocksStep {
  return new SocksHandshake(users).push(hex(text));
}

describe('SocksHandshake', () => {
  it.each([
    ['a name', name('host.example'), { host: 'host.example', port: 443 }],
    ['IPv4', '05 01 00 01 c0 00 02 01 00 50', { host: '192.0.2.1', port: 80 }],
    [
      'IPv6',
      '05 01 00 04 2001 0db8 0000 0000 0000 0000 0000 0001 1f90',
      { host: '2001:db8:0:0:0:0:0:1', port: 8080 },
    ],
    ['IPv6 that is given as a name', name('2001:db8::1'), { host: '2001:db8::1', port: 443 }],
  ])('reads a CONNECT to %s (RFC 1928, 4 and 5)', (_title, request, target) => {
    const step = push(`${open} ${request} 16 03`);
    expect(step).toEqual({ kind: 'connect', target, reply: hex('05 00'), rest: hex('16 03') });
  });

  it('lets nobody in by a name whose password is not known', () => {
    for (const said of ['00', '09 75 6e 64 65 66 69 6e 65 64']) {
      const step = push(`05 01 02 01 01 75 ${said}`, [{ user: 'u', password: undefined }]);
      expect(step).toMatchObject({ kind: 'refused', why: { kind: 'sign-in' } });
    }
  });

  it('reads it byte by byte as well', () => {
    const handshake = new SocksHandshake([]);
    const bytes = hex(`${open} ${name('h')} ff`);
    const steps = [...bytes.subarray(0, -1)].map((byte) => handshake.push(Buffer.from([byte])));
    expect(steps.slice(0, -1).map(({ kind }) => kind)).not.toContain('refused');
    expect(Buffer.concat(steps.map(({ reply }) => reply))).toEqual(hex('05 00'));
    expect(steps.at(-1)).toMatchObject({ kind: 'connect', target: { host: 'h', port: 443 } });
  });

  it.each([
    ['HTTP', '47 45 54 20', '', 'malformed'],
    ['SOCKS4', '04 01 01 bb', '', 'malformed'],
    ['no method', '05 00', '05 ff', 'malformed'],
    ['GSSAPI alone', '05 01 01', '05 ff', 'malformed'],
    ['another version of the request', `${open} 04 01 00 01`, '05 00 05 01 00 01 000000000000', 'malformed'],
    ['BIND', `${open} 05 02 00 01`, '05 00 05 07 00 01 000000000000', 'malformed'],
    ['UDP ASSOCIATE', `${open} 05 03 00 01`, '05 00 05 07 00 01 000000000000', 'malformed'],
    ['another kind of address', `${open} 05 01 00 02`, '05 00 05 08 00 01 000000000000', 'malformed'],
    ['an empty name', `${open} ${name('')}`, '05 00 05 01 00 01 000000000000', 'malformed'],
    ['port 0', `${open} ${name('h', '0000')}`, '05 00 05 01 00 01 000000000000', 'malformed'],
    [
      'a line break in the name',
      `${open} ${name('h\r\nX: y')}`,
      '05 00 05 01 00 01 000000000000',
      'malformed',
    ],
    ['a blank in the name', `${open} ${name('h h')}`, '05 00 05 01 00 01 000000000000', 'malformed'],
    ['bytes beyond ASCII', `${open} ${name('h\u00e4')}`, '05 00 05 01 00 01 000000000000', 'malformed'],
    ['a path in the name', `${open} ${name('h/x')}`, '05 00 05 01 00 01 000000000000', 'malformed'],
  ])('turns %s away', (_title, bytes, reply, why) => {
    const step = push(bytes);
    expect(step).toMatchObject({ kind: 'refused', reply: hex(reply), why: { kind: why } });
  });

  const users = [
    { user: 'alice', password: 'a:b' },
    { user: 'bob', password: 'pässword' },
  ];
  const signIn = (user: string, password: string): string => {
    const part = (text: string): string => {
      const bytes = Buffer.from(text, 'utf8');
      return bytes.length.toString(16).padStart(2, '0') + bytes.toString('hex');
    };
    return `05 02 00 02 01 ${part(user)} ${part(password)}`;
  };

  it.each([
    ['alice', 'a:b'],
    ['bob', 'pässword'],
  ])('lets %s in (RFC 1929)', (user, password) => {
    const step = push(`${signIn(user, password)} ${name('h')}`, users);
    expect(step).toMatchObject({ kind: 'connect', reply: hex('05 02 01 00') });
  });

  it.each([
    ['another password', signIn('alice', 'pässword'), '05 02 01 01'],
    ['the beginning of it', signIn('alice', 'a:'), '05 02 01 01'],
    ['nothing', signIn('', ''), '05 02 01 01'],
    ['another user', signIn('carol', 'a:b'), '05 02 01 01'],
    ['no sign-in at all', open, '05 ff'],
  ])('asks for one of the users, and not for %s', (_title, bytes, reply) => {
    expect(push(bytes, users)).toEqual({ kind: 'refused', reply: hex(reply), why: { kind: 'sign-in' } });
  });

  it('never throws, ends, and names no target that could not stand in a request line', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 0x0d, 0x0a), fc.integer({ min: 0, max: 255 }));
    const bytes = fc.array(byte, { maxLength: 300 });
    const prefix = fc.constantFrom('', open, `${open} 05 01 00 03`, '05 01 02 01', '05 01 00 05 01 00 04');
    expect(() =>
      fc.assert(
        fc.property(prefix, fc.array(bytes, { maxLength: 4 }), fc.boolean(), (start, chunks, hasUsers) => {
          const handshake = new SocksHandshake(hasUsers ? users : []);
          let step: SocksStep = handshake.push(hex(start));
          for (const chunk of chunks) {
            if (step.kind !== 'more') break;
            step = handshake.push(Buffer.from(chunk));
          }
          expect(step.kind === 'connect' ? step.target.host : 'none').toMatch(/^[\x21-\x7e]{1,255}$/);
          expect(JSON.stringify(step.kind === 'refused' ? step.why : '')).not.toContain('\\r');
        }),
        { numRuns: 1_000 },
      ),
    ).not.toThrow();
  });
});
