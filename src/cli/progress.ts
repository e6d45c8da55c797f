import { eraseLine } from './style';
import type { Terminal } from './terminal';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;
/** Nobody wants to be told of what is over by then. */
const patienceMs = 1000;

/** Waits for something. When it takes longer than a second, a line on an interactive terminal says for what, until it is there. */
export async function withProgress<T>(terminal: Terminal, text: string, awaited: Promise<T>): Promise<T> {
  if (!terminal.isInteractive) return await awaited;
  let frame = 0;
  let drawing: NodeJS.Timeout | undefined;
  const draw = (): void => {
    terminal.errText(`\r  ${frames[frame % frames.length] ?? ''} ${text}`);
    frame += 1;
  };
  const waiting = setTimeout(() => {
    draw();
    drawing = setInterval(draw, frameMs);
  }, patienceMs);
  try {
    return await awaited;
  } finally {
    clearTimeout(waiting);
    clearInterval(drawing);
    if (frame > 0) terminal.errText(eraseLine);
  }
}
