/**
 * Takes the arguments apart by a table of flags, and collects what is wrong with them. No flag takes a
 * secret: other users of the machine see the arguments.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

import { type ToolError, usageError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** The flags there are, by name without dashes. */
export interface FlagTable {
  /** Flags without a value. */
  switches: readonly string[];
  /** Flags with a value; the last one counts. */
  values: readonly string[];
  /** Flags with a value that may be given several times. */
  lists: readonly string[];
  /** Short forms and second names, by name. */
  aliases: Readonly<Record<string, string>>;
}

const SECRET_LIKE = /secret|password|passphrase|token|credential/i;

/** The parsed arguments, and what is wrong with them. */
export class Flags {
  /** Arguments that are neither flags nor their values. */
  readonly positionals: string[];
  readonly #parsed: Record<string, unknown>;
  readonly #faults = new Set<string>();

  /**
   * Parses arguments.
   *
   * @param args Without the program's name.
   * @param table The flags there are.
   */
  constructor(args: readonly string[], table: FlagTable) {
    const { switches, values, lists, aliases } = table;
    const known = [...switches, ...values, ...lists];
    // parseArgs keeps positionals under "_", and fails when a flag claims that name.
    const joined = joinValues(args, table);
    const plain = joined.filter((argument) => !/^(--_|-[^-=]*_|-=.*_)/s.test(argument));
    if (plain.length < joined.length) this.#faults.add(unknownFlag("_", known));
    this.#parsed = parseArgs(plain, {
      boolean: switches,
      string: [...values, ...lists, "_"],
      collect: lists,
      alias: aliases,
      unknown: (argument: string, key?: string): boolean => {
        if (key === undefined) return true;
        this.#faults.add(unknownFlag(argument, known));
        return false;
      },
    });
    for (const argument of joined) {
      const [, name] = /^--([a-z-]+)=(?!true$|false$)/.exec(argument) ?? [];
      if (name !== undefined && switches.includes(name)) this.fault(`--${name} takes no value`);
    }
    this.positionals = [this.#parsed._ ?? []].flat().map(String);
  }

  /**
   * Notes what is wrong.
   *
   * @param fault The flag, and what it is.
   */
  fault(fault: string): void {
    this.#faults.add(fault);
  }

  /**
   * Tells whether a switch is set.
   *
   * @param name The switch.
   * @returns Whether it is.
   */
  isSet(name: string): boolean {
    return this.#parsed[name] === true;
  }

  /**
   * Gives the values of a flag.
   *
   * @param name The flag.
   * @returns The values, in order; one that is missing is a fault.
   */
  texts(name: string): string[] {
    const values = [this.#parsed[name] ?? []].flat().map(String);
    if (values.includes("")) this.fault(`--${name} has no value`);
    return values;
  }

  /**
   * Gives the value of a flag.
   *
   * @param name The flag.
   * @param choices What it may be; anything unless given.
   * @returns The last value, or `undefined`; one that is no choice is a fault, too.
   */
  text<T extends string>(name: string, choices?: readonly T[]): T | undefined {
    const value = this.texts(name).at(-1);
    if (value && choices?.includes(value as T) === false) {
      this.fault(`--${name} is "${value}", wanted ${choices.join(" or ")}`);
    }
    return value as T | undefined;
  }

  /**
   * Gives the number that a flag sets.
   *
   * @param name The flag.
   * @param bounds What it may be; `whole` leaves seconds for numbers that count.
   * @returns The number, or `undefined`; one that is out of bounds is a fault.
   */
  number(
    name: string,
    { least, most, whole = false }: { least: number; most: number; whole?: boolean },
  ): number | undefined {
    const text = this.text(name);
    if (!text) return undefined;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? "a whole number" : "seconds";
    this.fault(`--${name} is "${text}", wanted ${kind} from ${least} to ${most}`);
  }

  /**
   * Gives all that is wrong.
   *
   * @returns The error, `usage`, or `undefined` when all is well.
   */
  error(): ToolError | undefined {
    // The value of a flag that is empty comes as a positional, too.
    if (this.#faults.size === 0 && this.positionals.includes("")) {
      this.fault("an argument is empty");
    }
    if (this.#faults.size === 0) return undefined;
    return usageError([...this.#faults].join("; "));
  }
}

/**
 * Writes `-Xvalue` and `--name -` as `--name=value`: parseArgs cuts the first at an equals sign, as in
 * `-fkey=value`, and takes a lone dash for no value.
 */
function joinValues(args: readonly string[], { values, lists, aliases }: FlagTable): string[] {
  const withValue = [...values, ...lists];
  const names = new Map(withValue.flatMap((name) =>
    [
      [`--${name}`, name],
      ...(name in aliases ? [[`-${aliases[name]}`, name]] : []),
    ] as [string, string][]
  ));
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const joined: string[] = [];
  for (let index = 0; index < end; index++) {
    const argument = args[index];
    const short = argument.startsWith("--") ? undefined : names.get(argument.slice(0, 2));
    const name = names.get(argument);
    if (name !== undefined && args[index + 1] === "-") {
      joined.push(`--${name}=-`);
      index++;
    } else if (short !== undefined && argument.length > 2) {
      joined.push(`--${short}=${argument.slice(2).replace(/^=/, "")}`);
    } else {
      joined.push(argument);
    }
  }
  return [...joined, ...args.slice(end)];
}

/** The value is not repeated: it may be the secret that should not be there. */
function unknownFlag(argument: string, known: readonly string[]): string {
  const flag = /^--[a-z-]+(?==|$)|^-[a-z]/i.exec(argument)?.[0] ?? "of that form";
  if (SECRET_LIKE.test(flag)) {
    return `${flag} does not exist, since other users see the arguments; set AZURE_CLIENT_SECRET, ` +
      '"secret" or "secret_file" instead';
  }
  const close = nearest(flag.replace(/^-+/, ""), known);
  return `unknown flag ${flag}${close === undefined ? "" : `, did you mean --${close}?`}`;
}
