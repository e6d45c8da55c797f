import { mutateBytes } from '../../test/mutate-bytes';

/** How an answer is spoilt. All but `interim-flood` break the rules. */
export const roughKinds = [
  'interim-flood',
  'broken-status-line',
  'broken-fields',
  'broken-chunks',
  'early-close',
  'too-long',
  'too-short',
  'flipped-bytes',
] as const;
export type RoughKind = (typeof roughKinds)[number];

export interface RoughAnswer {
  readonly bytes: Buffer;
  /** What becomes of the connection behind it. */
  readonly next: 'keep' | 'end' | 'reset';
}

const pageBytes = 400;

/**
 * An answer with the tag: whoever else gets it has been given a stranger's. It says that the connection ends behind it, as an
 * origin that just ends would be to blame for the next request over the same connection.
 */
function page(tag: string): string {
  return `${pageHead(tag)}${lastFields(tag)}${tag}${'x'.repeat(pageBytes)}`;
}

function pageHead(tag: string): string {
  return `HTTP/1.1 200 OK\r\nX-Soak-Tag: ${tag}`;
}

function lastFields(tag: string): string {
  return `\r\nConnection: close\r\nContent-Length: ${tag.length + pageBytes}\r\n\r\n`;
}

/** An answer that is spoilt in one way, with the tag of its request in it. */
export function roughAnswer(kind: RoughKind, tag: string, random: () => number): RoughAnswer {
  const tagged = `X-Soak-Tag: ${tag}`;
  const text = (answer: string, next: RoughAnswer['next']): RoughAnswer => ({
    bytes: Buffer.from(answer, 'latin1'),
    next,
  });
  const pick = (...choices: readonly string[]): string =>
    choices[Math.floor(random() * choices.length)] ?? '';
  const close = random() < 0.5 ? 'end' : 'reset';
  switch (kind) {
    case 'interim-flood': {
      const interim = `HTTP/1.1 103 Early Hints\r\nLink: </${tag}>; rel=preload\r\n\r\n`;
      return text(interim.repeat(1 + Math.floor(random() * 300)) + page(tag), 'end');
    }
    case 'broken-status-line': {
      const line = pick(
        'HTTP/1.1 2000 OK',
        'HTTP/1.1  ',
        'ICY 200 OK',
        'HTTP/9.9 200 OK',
        '\0\u0001\u0002',
        '',
      );
      return text(`${line}\r\n${tagged}\r\nContent-Length: 4\r\n\r\n${tag}`, close);
    }
    case 'broken-fields': {
      const field = pick(
        'Content-Length: 5\r\nContent-Length: 9',
        'Content-Length: -1',
        'Content-Length: 0x10',
        'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
        'X-Zero: a\0b',
        ': no name',
        `X-Huge: ${'h'.repeat(300_000)}`,
      );
      return text(`HTTP/1.1 200 OK\r\n${field}\r\n${tagged}\r\n\r\n${tag}`, close);
    }
    case 'broken-chunks': {
      const chunk = pick('zz\r\n', '-5\r\n', 'fffffffffffffffff\r\n', '5\r\nhelloXX', '5;a="\r\n');
      return text(`HTTP/1.1 200 OK\r\n${tagged}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${tag}`, close);
    }
    case 'early-close': {
      const whole = page(tag);
      return text(whole.slice(0, Math.floor(random() * whole.length)), close);
    }
    case 'too-long':
      // What follows looks like the answer to the next request.
      return text(
        `HTTP/1.1 200 OK\r\n${tagged}\r\nContent-Length: ${tag.length}\r\n\r\n${tag}${page(tag)}`,
        'keep',
      );
    case 'too-short':
      return text(`HTTP/1.1 200 OK\r\n${tagged}\r\nContent-Length: 100000\r\n\r\n${tag}`, close);
    case 'flipped-bytes':
      return {
        bytes: Buffer.concat([
          mutateBytes(Buffer.from(pageHead(tag)), random),
          Buffer.from(`${lastFields(tag)}${tag}${'x'.repeat(pageBytes)}`),
        ]),
        next: close,
      };
  }
}
