import { CompanyProxyMemory } from '../main/platform/company-proxy-memory';
import { CredentialMemory } from '../main/platform/credential-memory';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';

/** What is remembered of credentials on this machine; what goes wrong with it is a warning. The caller closes it. */
export function openMemory(terminal: Terminal): CredentialMemory {
  return new CredentialMemory(stateDirectory(terminal.env, process.platform), (message) =>
    terminal.err(`latchkey: warning: ${message}`),
  );
}

/** What is remembered of company proxies on this machine; what goes wrong with it is a warning. The caller closes it. */
export function openCompanyProxies(terminal: Terminal): Promise<CompanyProxyMemory> {
  const warn = (message: string): void => terminal.err(`latchkey: warning: ${message}`);
  return CompanyProxyMemory.open(stateDirectory(terminal.env, process.platform), warn, Date.now);
}
