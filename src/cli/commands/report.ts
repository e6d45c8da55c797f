import { exitCodes } from '../cli-error';
import { type WhichOptions, withRunning } from '../running';
import { factLine } from '../style';
import type { Terminal } from '../terminal';
import { statusLines } from './status';

const logLines = 50;

/** `latchkey report`: everything that whoever helps needs to know, ready to be sent. Holds no secret. */
export function report({ port }: WhichOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const state = await client.state();
    const log = await client.run({ kind: 'read-log', maxLines: logLines });
    const { check } = state;
    const doctor =
      check.kind === 'finished' && check.report !== undefined
        ? check.report.trimEnd()
        : 'there is none: `latchkey check` makes one';
    const sections: [string, readonly string[]][] = [
      [
        'Latchkey',
        [
          ...statusLines(client.hello, state, (title) => title),
          factLine(
            'Platform',
            `${process.platform} ${process.arch}, Node ${process.version}`,
            (title) => title,
          ),
        ],
      ],
      ['Last report of the doctor', doctor.split('\n')],
      [`Last ${logLines} lines of the log`, log.kind === 'log' ? log.lines : []],
    ];
    for (const [title, lines] of sections) {
      terminal.out(`== ${title}`);
      for (const line of lines) terminal.out(line);
      terminal.out('');
    }
    return exitCodes.ok;
  });
}
