import { CredentialMemory } from '../main/platform/credential-memory';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';

/** What is remembered of credentials on this machine; what goes wrong with it is a warning. The caller closes it. */
export function openMemory(terminal: Terminal): CredentialMemory {
  return new CredentialMemory(stateDirectory(terminal.env, process.platform), (message) =>
    terminal.err(`latchkey: warning: ${message}`),
  );
}
