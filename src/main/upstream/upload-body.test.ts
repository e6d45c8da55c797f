import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { UploadBody, type UploadTarget } from './upload-body';

class Recorder implements UploadTarget {
  readonly written: Buffer[] = [];
  isFinished = false;
  hasRoom = true;

  write(bytes: Buffer | string): boolean {
    this.written.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return this.hasRoom;
  }

  uploadFinished(): void {
    this.isFinished = true;
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
