import type { HostPort } from '../../../shared/settings';

/** What the system is to start, and to keep running. */
export interface ServiceDefinition {
  /** A program and its arguments, by their whole paths. Holds no secret: everybody on this machine can read it. */
  readonly command: readonly string[];
  /** A configuration that it is given with --config, by its whole path; it may be readable by its owner alone. */
  readonly config: string | undefined;
  /** What it finds in its environment besides what the system puts there. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the system listens for it, and starts it at the first connection. None: it is started at once. */
  readonly sockets: readonly HostPort[];
}

export type ServiceState =
  | { readonly kind: 'absent' }
  /** It is installed and does not run. */
  | { readonly kind: 'stopped'; readonly lastExitCode: number | undefined }
  /** The system listens for it. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly pid: number };

/** A program that the system starts at login or boot, and again when it has failed: a launchd agent, a systemd unit. */
export interface BackgroundService {
  /** What the system calls it, as `launchd agent app.latchkey.run`. */
  readonly name: string;
  /** The files that define it. */
  readonly paths: readonly string[];
  /** How its newest log lines are read, as a command of a shell. */
  readonly logCommand: string;
  /** Defines and starts it; one that is there is replaced. @throws ServiceError; what was there before is stopped then */
  install(definition: ServiceDefinition): Promise<void>;
  /** Stops it and removes its files. @returns whether there was one @throws ServiceError */
  remove(): Promise<boolean>;
  /** @throws ServiceError when the system does not tell */
  state(): Promise<ServiceState>;
}

/** The system's service manager did not do what it was asked for; the message has its own words. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}
