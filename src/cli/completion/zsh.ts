import { type CommandPicture, type OptionPicture, type ValuePicture, withAllBelow } from '../command-picture';
import { quoteFor } from '../../shared/terminal-commands';

const quote = (text: string): string => quoteFor('zsh', text);

/** The script for zsh: a file of its fpath, or something to source. */
export function zshCompletion(program: CommandPicture): string {
  const functions = withAllBelow(program).map((command) => functionOf(command));
  return `#compdef latchkey
# Completion of latchkey for zsh. In ~/.zshrc, after compinit: source <(latchkey completion zsh)
${functions.join('\n')}
if [ "$funcstack[1]" = _latchkey ]; then
  _latchkey "$@"
else
  compdef _latchkey latchkey
fi
`;
}

function nameOf(path: string): string {
  return ['_latchkey', ...path.split(' ')].filter(Boolean).join('_').replaceAll('-', '_');
}

function functionOf(command: CommandPicture): string {
  const options = command.options.flatMap(specsOf);
  if (command.commands.length === 0) {
    const values = command.arguments.map(
      (value) => `${value.isVariadic ? '*' : ''}:${value.name}:${valuesOf(value)}`,
    );
    return `${nameOf(command.path)}() {
  _arguments -s -S ${[...options, ...values].map(quote).join(' \\\n    ')}
}
`;
  }
  const words = command.commands.map(({ name, summary }) => quote(`${name}:${summary}`));
  const calls = command.commands.map(({ name, path }) => `        ${name}) ${nameOf(path)} ;;`);
  return `${nameOf(command.path)}() {
  local curcontext="$curcontext" state line
  local -a words_below
  words_below=(
    ${words.join('\n    ')}
  )
  _arguments -C ${[...options, '1: :->command', '*:: :->rest'].map(quote).join(' \\\n    ')}
  case $state in
    command) _describe -t commands command words_below ;;
    rest)
      case $words[1] in
${calls.join('\n')}
      esac ;;
  esac
}
`;
}

/** One for each of its names, which exclude each other. */
function specsOf({ names, value, description }: OptionPicture): string[] {
  const excluded = names.length > 1 ? `(${names.join(' ')})` : '';
  const text = description.replace(/[\\[\]:]/g, '\\$&');
  return names.map((name) => {
    if (value === undefined) return `${excluded}${name}[${text}]`;
    return `${excluded}${name}${name.startsWith('--') ? '=' : ''}[${text}]:${value.name}:${valuesOf(value)}`;
  });
}

function valuesOf({ choices, isFile }: ValuePicture): string {
  if (isFile) return '_files';
  return choices.length === 0 ? ' ' : `(${choices.join(' ')})`;
}
