import type { CommandLinkProblem } from '../../state';
import type { ProblemText } from '../../text';

/** The row for the command `latchkey`. */
export const commandLinkInEnglish = {
  heading: 'Latchkey in a terminal',
  label: 'Command latchkey',
  isOn: (path: string): string => `${path} leads to this app. Try latchkey status in a new terminal.`,
  isOff: (path: string): string => `Links ${path} to this app, for any terminal of yours.`,
  isLooking: 'Looking where your terminals find commands…',
  isUnsupported: 'Only the packaged app brings it. In a working copy it is node out/cli/latchkey.cjs.',
  copyLine: 'Copy the line',
  lineCopied: (file: string): string => `Copied. Paste it into ${file}.`,
};

export function commandLinkProblemInEnglish(problem: CommandLinkProblem): ProblemText {
  switch (problem.kind) {
    case 'command-taken':
      return {
        title: 'Another latchkey is there',
        sentence:
          problem.target === undefined
            ? `${problem.path} is not of this app, and is left as it is`
            : `${problem.path} is not of this app, and is left as it is: it leads to ${problem.target}`,
        remedy: 'Take it away yourself if you do not need it, then turn the switch on.',
      };
    case 'command-has-no-folder':
      return {
        title: 'There is no folder for the command',
        sentence: 'None of the folders in which your terminals look can take it without an administrator',
        remedy: `Add the line ${problem.line} to ${problem.file}, which makes ${problem.folder} one of them, then turn the switch on.`,
      };
    case 'command-app-not-installed':
      return {
        title: 'Latchkey is not in its place yet',
        sentence: 'Latchkey was opened where it will not stay, and the command would soon lead nowhere',
        remedy: 'Move Latchkey to Applications, and open it there.',
      };
    case 'command-not-linked':
      return {
        title: 'The command was left as it is',
        sentence: `${problem.path} cannot be changed: ${problem.detail}`,
        remedy: 'Check the permissions of its folder, then try again.',
      };
  }
}
