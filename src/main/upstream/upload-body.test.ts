import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { UploadBody, type UploadTarget } from './upload-body';

class Recorder implements UploadTarget {
  readonly written: Buffer[] = [];
  isFinished = false;
  isCut = false;
  hasRoom = true;

  write(bytes: Buffer | string): boolean {
    this.written.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return this.hasRoom;
  }

  uploadFinished(): void {
    this.isFinished = true;
  }

  uploadCut(): void {
    this.isCut = true;
  }

  get text(): string {
    return Buffer.concat(this.written).toString('latin1');
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('UploadBody', () => {
  it('reads nothing before it is sent', async () => {
    const source = new PassThrough();
    source.write('hello');
    const body = new UploadBody(source, 'length');
    await settle();
    expect(source.readableLength).toBe(5);
    expect(body.canReplay).toBe(true);
  });

  it('sends a body of known length as it is', async () => {
    const source = new PassThrough();
    const target = new Recorder();
    const body = new UploadBody(source, 'length');
    body.sendTo(target);
    source.write('hello ');
    source.end('world');
    await settle();
    expect(target.text).toBe('hello world');
    expect(target.isFinished).toBe(true);
    expect(body.isFinished).toBe(true);
  });

  it('applies the chunked coding and appends the trailers', async () => {
    const source = new PassThrough();
    const target = new Recorder();
    new UploadBody(source, 'chunked', () => ['X-Sum', '1']).sendTo(target);
    source.end('hello');
    await settle();
    expect(target.text).toBe('5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n');
  });

  it('sends everything again to a second target', async () => {
    const source = new PassThrough();
    const body = new UploadBody(source, 'length');
    const [first, second] = [new Recorder(), new Recorder()];
    body.sendTo(first);
    source.write('one ');
    await settle();
    body.detach();
    source.write('two ');
    await settle();
    body.sendTo(second);
    source.end('three');
    await settle();
    expect(first.text).toBe('one ');
    expect(first.isFinished).toBe(false);
    expect(second.text).toBe('one two three');
    expect(second.isFinished).toBe(true);
  });

  it('can be sent again after its end', async () => {
    const source = new PassThrough();
    const body = new UploadBody(source, 'length');
    body.sendTo(new Recorder());
    source.end('all');
    await settle();
    const second = new Recorder();
    body.sendTo(second);
    expect(second.text).toBe('all');
    expect(second.isFinished).toBe(true);
  });

  it('forgets what it has sent beyond 64 KiB', async () => {
    const source = new PassThrough({ highWaterMark: 1 << 20 });
    const body = new UploadBody(source, 'length');
    body.sendTo(new Recorder());
    source.write(Buffer.alloc(64 * 1024));
    await settle();
    expect(body.canReplay).toBe(true);
    source.write('x');
    await settle();
    expect(body.canReplay).toBe(false);
  });

  it('waits while the target has no room', async () => {
    const source = new PassThrough({ highWaterMark: 1 << 20 });
    const target = new Recorder();
    target.hasRoom = false;
    const body = new UploadBody(source, 'length');
    body.sendTo(target);
    source.write('a');
    await settle();
    source.write('b');
    await settle();
    expect(target.text).toBe('a');
    target.hasRoom = true;
    body.resumeUpload();
    await settle();
    expect(target.text).toBe('ab');
  });

  it('reads ahead what can be sent again, and then waits', async () => {
    const source = new PassThrough({ highWaterMark: 1 << 20 });
    const body = new UploadBody(source, 'length');
    body.readAhead();
    source.write('small');
    await settle();
    expect([body.isAtHand, body.canReplay]).toEqual([false, true]);
    source.write(Buffer.alloc(64 * 1024, 'x'));
    await settle();
    source.end('end');
    await settle();
    expect([body.isAtHand, source.readableLength]).toEqual([false, 3]);
    // Nothing of it has gone anywhere.
    expect(body.canReplay).toBe(true);
    const target = new Recorder();
    body.sendTo(target);
    await settle();
    expect(target.text).toBe(`small${'x'.repeat(64 * 1024)}end`);
    expect([target.isFinished, body.canReplay]).toEqual([true, false]);
  });

  it('is at hand once it is here to the last byte', async () => {
    const source = new PassThrough();
    const body = new UploadBody(source, 'chunked');
    body.readAhead();
    source.end('all');
    await settle();
    expect(body.isAtHand).toBe(true);
    const target = new Recorder();
    body.sendTo(target);
    expect([target.text, target.isFinished]).toEqual(['3\r\nall\r\n0\r\n\r\n', true]);
  });

  it.each([
    ['while it is sent', true],
    ['before it is sent', false],
  ])('tells the target when the client goes in the middle, %s', async (_title, isSent) => {
    const source = new PassThrough();
    const body = new UploadBody(source, 'length');
    const target = new Recorder();
    if (isSent) body.sendTo(target);
    else body.readAhead();
    source.write('a part');
    await settle();
    source.destroy(new Error('reset'));
    await settle();
    if (!isSent) body.sendTo(target);
    expect([target.isCut, target.isFinished]).toEqual([true, false]);
  });

  it('lets the rest flow to nowhere when it is discarded', async () => {
    const source = new PassThrough();
    const target = new Recorder();
    const body = new UploadBody(source, 'length');
    body.sendTo(target);
    body.discard();
    source.end(Buffer.alloc(1 << 20));
    await new Promise((resolve) => source.once('end', resolve));
    expect(target.text).toBe('');
    expect(body.canReplay).toBe(false);
  });
});
