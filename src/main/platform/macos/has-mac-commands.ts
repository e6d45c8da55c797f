/**
 * Whether this system has the commands of a Mac, or the folder with stand-ins that LATCHKEY_MAC_COMMANDS names. Empty it stands for a
 * Mac without them, whose settings a test cannot change.
 */
export function hasMacCommands(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  const folder = env['LATCHKEY_MAC_COMMANDS'];
  return folder === undefined ? platform === 'darwin' : folder !== '';
}
