import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const cli = join(import.meta.dirname, '../../out/cli/latchkey.cjs');

describe('a reader of standard output that has gone', () => {
  it('ends a command without a word', async () => {
    const child = spawn(process.execPath, [cli, 'completion', 'zsh'], { stdio: ['ignore', 'pipe', 'pipe'] });
    // Long before it has something to say.
    child.stdout.destroy();
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(said).toBe('');
    expect(code).toBe(141);
  });
});
