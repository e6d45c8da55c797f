/** What a process of it would print. */
export interface NetworksetupResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export function networksetup(args: readonly string[]): Promise<NetworksetupResult>;
