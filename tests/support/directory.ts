/**
 * The users of the emulated tenant: as many as asked for, and what was made, changed and removed since.
 *
 * @module
 */

/** A user, with the properties that Graph gives by default. */
export type User = Record<string, unknown>;

/** Names that break careless printers of tables, CSV and terminals. */
export const AWKWARD_NAMES: readonly string[] = [
  '=HYPERLINK("http://evil.example","x")',
  'Quote " comma , semicolon ;',
  "two\nlines",
  "\u001b[31mred\u001b[0m",
  "right\u202eto left",
  "👩‍🚀 Zoë",
  "山田 太郎",
  "",
];

/** Makes the nth user, with the properties that Graph gives by default. */
export function makeUser(n: number): User {
  return {
    businessPhones: n === 0 ? ["+33 1 23 45 67 89"] : [],
    displayName: ["Adèle Vance", "Alex Wilber", "Diego Siciliani"][n] ?? `User ${n}`,
    givenName: null,
    jobTitle: null,
    mail: `user${n}@contoso.example`,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName: `user${n}@contoso.example`,
    id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
  };
}

/** The properties of a new user. */
const NOBODY: User = { ...makeUser(0), businessPhones: [], displayName: null, mail: null };

/** All users. */
export class Directory {
  /** How many users there were at first. */
  userCount = 3;
  /** Names of the users after the third. */
  names: readonly string[] = [];
  readonly #created: User[] = [];
  readonly #changes: Map<unknown, User> = new Map();
  readonly #removed: Set<unknown> = new Set();

  /** Gives the users from a position on, each with its own position. */
  *from(position: number): Generator<[number, User]> {
    for (let n = position; n < this.userCount + this.#created.length; n++) {
      const user = this.#at(n);
      if (!this.#removed.has(user.id)) yield [n, user];
    }
  }

  /** Finds a user by id or user principal name. */
  find(name: string): User | undefined {
    const n = Number(/^(?:user|00000000-0000-4000-8000-)(\d+)/.exec(name)?.[1]);
    const made = n < this.userCount ? [this.#at(n)] : [];
    return [...made, ...this.#created.map((_, index) => this.#at(this.userCount + index))].find(
      ({ id, userPrincipalName }) =>
        !this.#removed.has(id) &&
        [id, userPrincipalName].some((known) => isSame(known, name)),
    );
  }

  /** Adds a user. */
  create(properties: User): User {
    const user = { ...NOBODY, ...properties, id: crypto.randomUUID() };
    this.#created.push(user);
    return user;
  }

  /** Changes some properties of a user. */
  change({ id }: User, properties: User): void {
    this.#changes.set(id, { ...this.#changes.get(id), ...properties });
  }

  /** Removes a user. */
  remove({ id }: User): void {
    this.#removed.add(id);
  }

  #make(n: number): User {
    const displayName = this.names[n - 3];
    return displayName === undefined ? makeUser(n) : { ...makeUser(n), displayName };
  }

  #at(n: number): User {
    const user = this.#created[n - this.userCount] ?? this.#make(n);
    const changes = this.#changes.get(user.id);
    return changes === undefined ? user : { ...user, ...changes };
  }
}

function isSame(known: unknown, name: string): boolean {
  return String(known).toLowerCase() === name.toLowerCase();
}
