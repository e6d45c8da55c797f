import type { EngineSettings, SocksUser } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import { TaskQueue } from '../../shared/task-queue';
import type { Keychain } from '../platform/ports';
import { keychainProblem } from './keychain-problem';
import { within } from './within';

/** The entry of the Keychain that holds all of them, so that macOS asks once. No account has this name: it has no domain. */
const entryName = 'SOCKS5: users';

type Passwords = ReadonlyMap<string, string>;

/** What the entry holds: a JSON object of passwords by name. Nothing else is taken for one. */
function parsePasswords(text: string | undefined): Passwords {
  if (text === undefined) return new Map();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
    return new Map(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return new Map();
  }
}

/**
 * The passwords of SOCKS5, which rest in the Keychain. Whoever is a user by the settings and has none here is not let in: a port
 * that is meant for some is never open to all because the Keychain is locked.
 */
export class SocksPasswords {
  readonly #keychain: Keychain;
  /** Told of the users without a password, each time that they may have changed. */
  readonly #onUnknown: (users: readonly string[]) => void;
  readonly #tasks = new TaskQueue();
  #known: Passwords = new Map();
  /** A look at the Keychain that is under way. */
  #reading: Promise<void> | undefined;
  /** Those of the settings. */
  #users: readonly SocksUser[] = [];

  constructor(keychain: Keychain, onUnknown: (users: readonly string[]) => void = () => undefined) {
    this.#keychain = keychain;
    this.#onUnknown = onUnknown;
  }

  #complete(users: readonly SocksUser[] = []): SocksUser[] {
    return users.map(({ user, password = this.#known.get(user) }) => ({ user, password }));
  }

  /** The same settings, whose users have at any time the passwords that are known by then. */
  completed(settings: EngineSettings): EngineSettings {
    const complete = (): SocksUser[] => this.#complete(settings.socksUsers);
    return {
      ...settings,
      get socksUsers() {
        return complete();
      },
    };
  }

  /** Asks the Keychain for passwords that these users lack. Resolves once it has answered, at the latest after `waitMs`. */
  async prepare(users: readonly SocksUser[] | undefined, waitMs: number): Promise<void> {
    this.#users = users ?? [];
    if (this.#unknown.length > 0) {
      // macOS may be asking the user: he is asked once.
      this.#reading ??= this.#tasks
        .run(() => this.#read())
        .catch(() => undefined)
        .then(() => {
          this.#reading = undefined;
          this.#tell();
        });
      await within(waitMs, this.#reading);
    }
    this.#tell();
  }

  /** All of them, for an export. @returns why the Keychain does not give them, if so */
  async find(names: readonly string[]): Promise<readonly SocksUser[] | AppProblem> {
    try {
      await this.#tasks.run(() => this.#read());
      return this.#complete(names.map((user) => ({ user, password: undefined })));
    } catch (error) {
      return keychainProblem(error);
    }
  }

  /** Keeps passwords, in place of those of the same users. @returns why the Keychain does not take them, if so */
  set(users: readonly SocksUser[]): Promise<AppProblem | undefined> {
    const added = users.flatMap(({ user, password }) =>
      password === undefined ? [] : [[user, password] as const],
    );
    return added.length === 0
      ? Promise.resolve(undefined)
      : this.#change((known) => new Map([...known, ...added]));
  }

  /** Forgets the password of a user. @returns why the Keychain does not, if so */
  remove(name: string): Promise<AppProblem | undefined> {
    return this.#change((known) => new Map([...known].filter(([user]) => user !== name)));
  }

  get #unknown(): readonly string[] {
    return this.#complete(this.#users).flatMap(({ user, password }) =>
      password === undefined ? [user] : [],
    );
  }

  #tell(): void {
    this.#onUnknown(this.#unknown);
  }

  #change(change: (known: Passwords) => Passwords): Promise<AppProblem | undefined> {
    return this.#tasks.run(async () => {
      try {
        await this.#read();
        const next = change(this.#known);
        if (next.size > 0) await this.#keychain.write(entryName, JSON.stringify(Object.fromEntries(next)));
        else await this.#keychain.remove(entryName);
        this.#known = next;
        this.#tell();
        return undefined;
      } catch (error) {
        return keychainProblem(error);
      }
    });
  }

  /** @throws KeychainError */
  async #read(): Promise<void> {
    this.#known = parsePasswords(await this.#keychain.read(entryName));
  }
}
