import { type CommandPicture, type ValuePicture, withAllBelow } from '../command-picture';
import { quoteFor } from '../../shared/terminal-commands';
import { stepsOf } from './words';

const quote = (text: string): string => quoteFor('fish', text);

/** The script for fish: a file of its completions folder, or something to source. */
export function fishCompletion(program: CommandPicture): string {
  const steps = stepsOf(program).map(
    ({ from, word, to }) =>
      `            case ${quote(`${from}/${word}`)}\n                set path ${quote(to)}`,
  );
  const lines = withAllBelow(program).flatMap((command) => linesOf(command));
  return `# Completion of latchkey for fish: latchkey completion fish | source
function __latchkey_path
    set -l path ''
    for word in (commandline -opc)[2..-1]
        switch "$path/$word"
${steps.join('\n')}
        end
    end
    echo $path
end

complete -c latchkey -f
${lines.join('\n')}
`;
}

function linesOf({ path, commands, options, arguments: values }: CommandPicture): string[] {
  const here = `complete -c latchkey -n ${quote(`test (__latchkey_path) = ${quote(path)}`)}`;
  return [
    ...commands.map(({ name, summary }) => `${here} -a ${name} -d ${quote(summary)}`),
    ...values.map(offer).flatMap((offered) => (offered === '' ? [] : [`${here}${offered}`])),
    ...options.map(({ names, value, description }) => {
      const spelled = names.map((name) =>
        name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      const taken = value === undefined ? '' : `${value.isFile ? ' -r' : ' -x'}${offer(value)}`;
      return `${here} ${spelled.join(' ')}${taken} -d ${quote(description)}`;
    }),
  ];
}

function offer({ choices, isFile }: ValuePicture): string {
  if (isFile) return ' -F';
  return choices.length === 0 ? '' : ` -a ${quote(choices.join(' '))}`;
}
