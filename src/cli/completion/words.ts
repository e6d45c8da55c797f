import { type CommandPicture, withAllBelow } from '../command-picture';

/** A step from a command to one below it. */
export interface Step {
  readonly from: string;
  readonly word: string;
  readonly to: string;
}

/** Every step by which a command line gets from the program to a command. */
export function stepsOf(program: CommandPicture): Step[] {
  return withAllBelow(program).flatMap(({ path, commands }) =>
    commands.map((each) => ({ from: path, word: each.name, to: each.path })),
  );
}

/** The words that may stand where a command takes no option: those below it, or what its first argument can be. */
export function wordsOf({ commands, arguments: values }: CommandPicture): readonly string[] {
  return commands.length > 0 ? commands.map(({ name }) => name) : (values[0]?.choices ?? []);
}
