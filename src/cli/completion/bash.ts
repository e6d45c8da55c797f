import { type CommandPicture, withAllBelow } from '../command-picture';
import { quoteFor } from '../../shared/terminal-commands';
import { stepsOf, wordsOf } from './words';

const quote = (text: string): string => quoteFor('bash', text);

/** The script for bash, from 3.2 on, which macOS has. */
export function bashCompletion(program: CommandPicture): string {
  const all = withAllBelow(program);
  const steps = stepsOf(program).map(
    ({ from, word, to }) => `      ${quote(`${from}/${word}`)}) path=${quote(to)} ;;`,
  );
  const values = all.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) => {
      if (value === undefined) return [];
      const patterns = names.map((name) => quote(`${path}/${name}`)).join(' | ');
      return [`    ${patterns}) ${offer(value.choices, value.isFile)}return ;;`];
    }),
  );
  const places = all.map((command) => {
    const options = command.options.flatMap(({ names }) => names.filter((name) => name.startsWith('--')));
    const isFile = command.arguments[0]?.isFile === true;
    return [
      `    ${quote(command.path)})`,
      `      case "$current" in`,
      `        -*) ${offer(options, false)};;`,
      `        *) ${offer(wordsOf(command), isFile)};;`,
      `      esac ;;`,
    ].join('\n');
  });
  return `# Completion of latchkey for bash. In ~/.bashrc: eval "$(latchkey completion bash)"
_latchkey_words() {
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}

_latchkey_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
}

_latchkey() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' index
  COMPREPLY=()
  # bash takes --option=value apart.
  if [ "$current" = '=' ]; then
    current=''
  elif [ "$previous" = '=' ]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$path/\${COMP_WORDS[index]}" in
${steps.join('\n')}
    esac
  done
  case "$path/$previous" in
${values.join('\n')}
  esac
  case "$path" in
${places.join('\n')}
  esac
}

complete -F _latchkey latchkey
`;
}

/** What is offered, as a command of the script. */
function offer(words: readonly string[], isFile: boolean): string {
  if (isFile) return '_latchkey_files; ';
  return words.length === 0 ? '' : `_latchkey_words ${quote(words.join(' '))}; `;
}
