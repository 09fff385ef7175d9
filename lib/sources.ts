/**
 * Places that settings come from, from the highest to the lowest, and what is wrong with them.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import { type Setting, SETTING_NAMES, type SettingName, SETTINGS } from "./settings_table.ts";

/** One value, and where it was found. */
export interface Entry {
  /** The setting. */
  setting: SettingName;
  /** The source, as messages name it. */
  source: string;
  /** The source's own name for the setting. */
  key: string;
  /** The value; a list for scopes. */
  value: string | string[];
  /** What stands there instead of a value that can be used. */
  found?: string;
  /** What is wanted instead, when it is not what the setting's own words say. */
  wanted?: string;
}

/** One place that settings come from. */
export interface Source {
  /** As messages name it. */
  name: string;
  /** What it sets. */
  entries: Partial<Record<SettingName, Entry>>;
}

/** One thing that is wrong with the settings. */
export interface Fault {
  /** The source. */
  source: string;
  /** The source's own name for the setting, or the line. */
  key: string;
  /** What stands there; never a secret. */
  found: string;
  /** What should stand there. */
  wanted: string;
}

/**
 * Gives the settings that named values set, such as environment variables or flags. An empty value
 * sets nothing, since CI systems write a missing secret so.
 *
 * @param name The source, as messages name it.
 * @param values The named values.
 * @param options Which column of the settings table the names stand in.
 * @returns The source.
 */
export function sourceOf(
  name: string,
  values: Readonly<Record<string, string | string[] | undefined>>,
  { kind }: { kind: "env" | "flag" },
): Source {
  const entries: Source["entries"] = {};
  for (const setting of SETTING_NAMES) {
    const label = (SETTINGS[setting] as Setting)[kind];
    const value = label === undefined ? undefined : values[label];
    if (label === undefined || value === undefined || value.length === 0) continue;
    // Who pipes a secret into a variable often pipes a line end along.
    const plain = typeof value === "string" ? value.replace(/[\r\n]+$/, "") : value;
    entries[setting] = {
      setting,
      source: name,
      key: kind === "flag" ? `--${label}` : label,
      value: plain,
    };
  }
  return { name, entries };
}

const THREE_WAYS = "name a config file (graph-daemon parameters.json), set AZURE_TENANT_ID, " +
  "AZURE_CLIENT_ID and AZURE_CLIENT_SECRET in the environment, or write them into a .env file; " +
  "--help shows each";

/** Never meant, whatever the setting. */
const PLACEHOLDERS = [/^enter_the_/i, /^<.*>$/, /^\$\{.*\}$|^\$\(.*\)$/, /^(undefined|null)$/];

/** Never meant as a secret; a password of a key may well be one of these. */
const SECRET_PLACEHOLDERS = [
  /^the secret generated|^your[-_ ]/i,
  /^(\.{3}|…|\*{3,}|changeme|todo)$/i,
];

/** Never meant as the name of a tenant, an app or a certificate. */
const NAME_PLACEHOLDERS = [
  /^your[-_ ](tenant|directory|domain|client|app)/i,
  /^(TENANT|CLIENT)(_ID)?$/,
  /^(\.{3}|…|\*{3,}|changeme|todo|x{4,}(-x+)*|\{.*\}|\[.*\]|%\w+%)$/i,
  /^790E\.\.\./,
  /^0{8}-(0{4}-){3}0{12}$/,
];

const NAMES = new Set<SettingName>([
  "authority",
  "oidc_authority",
  "tenant_id",
  "client_id",
  "thumbprint",
]);

/**
 * Finds what is wrong with a value whatever the setting: of the wrong type, empty, or a placeholder
 * that was left in.
 *
 * @param entry The value and its place.
 * @returns The fault, if there is one.
 *
 * @example
 * ```ts
 * import { entryFault } from "./sources.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const entry = { source: "a.json", key: '"client_id"', value: "your_client_id" };
 * const fault = entryFault({ setting: "client_id", ...entry });
 * strictEqual(fault?.found, 'the placeholder "your_client_id"');
 * ```
 */
export function entryFault(entry: Entry): Fault | undefined {
  const { secret, path }: Setting = SETTINGS[entry.setting];
  if (entry.found !== undefined) return faultOf(entry, entry.found);
  for (const text of [entry.value].flat()) {
    if (text.trim() === "") return faultOf(entry, "an empty string");
    if (!text.isWellFormed()) return faultOf(entry, "broken Unicode");
    if (path && text.includes("-----BEGIN")) {
      return faultOf(entry, "PEM text, not the name of a file");
    }
    if (isPlaceholder(entry.setting, text)) {
      return faultOf(entry, secret ? "a placeholder" : `the placeholder "${text}"`);
    }
  }
}

/** Leaves the value behind, which may be a secret. */
function faultOf({ setting, source, key, wanted }: Entry, found: string): Fault {
  return { source, key, found, wanted: wanted ?? SETTINGS[setting].wanted };
}

/**
 * Tells whether a value is one that examples have in the place of a real one.
 *
 * @param setting The setting.
 * @param text Its value.
 * @returns Whether it is.
 */
export function isPlaceholder(setting: SettingName, text: string): boolean {
  const isName = NAMES.has(setting);
  const plain = isName ? text.slice(text.lastIndexOf("/") + 1) : text;
  const more = isName ? NAME_PLACEHOLDERS : setting === "secret" ? SECRET_PLACEHOLDERS : [];
  return [...PLACEHOLDERS, ...more].some((pattern) => pattern.test(plain));
}

/** Sources by rank, and the faults found in them. */
export class Sources {
  readonly #ranked: readonly Source[];
  readonly #faults: Fault[];
  /** Entries whose fault is told already. */
  readonly #faulty = new Set<Entry>();

  /**
   * Takes the sources, and finds the faults that do not depend on the setting.
   *
   * @param ranked From the highest to the lowest.
   * @param faults What was wrong when they were read.
   */
  constructor(ranked: readonly Source[], faults: readonly Fault[] = []) {
    this.#ranked = ranked;
    this.#faults = [...faults];
    for (const { entries } of ranked) {
      for (const entry of Object.values(entries)) {
        const fault = entryFault(entry);
        if (fault === undefined) continue;
        this.#faults.push(fault);
        this.#faulty.add(entry);
      }
    }
  }

  /** The sources, from the highest to the lowest. */
  get ranked(): readonly Source[] {
    return this.#ranked;
  }

  /**
   * Gives a setting from the highest source that names it.
   *
   * @param name The setting.
   * @returns Its value and place, or `undefined`.
   */
  pick(name: SettingName): Entry | undefined {
    return this.#ranked.map(({ entries }) => entries[name]).find(Boolean);
  }

  /**
   * Adds a fault.
   *
   * @param fault What is wrong.
   */
  fault(fault: Fault): void {
    this.#faults.push(fault);
  }

  /**
   * Takes what reading an entry gave.
   *
   * @param entry The entry that was read.
   * @param result The value, or, as a string, what was found instead of one.
   * @returns The value; `undefined` when the entry is faulty, which is told once.
   */
  check<T extends object>(entry: Entry, result: T | string): T | undefined {
    if (this.#faulty.has(entry)) return undefined;
    if (typeof result !== "string") return result;
    this.#faulty.add(entry);
    this.#faults.push(faultOf(entry, result));
  }

  /**
   * Makes one error of all faults.
   *
   * @returns The error, `config`, or `undefined` when nothing is wrong. A single fault stands in
   * its message, several in its details.
   */
  error(): ToolError | undefined {
    if (this.#faults.length === 0) return undefined;
    const isEmpty = this.#ranked.every(({ entries }) => Object.keys(entries).length === 0);
    const lines = this.#faults.map(({ source, key, found, wanted }) =>
      `${source}, ${key}: found ${found}, wanted ${wanted}`
    );
    const isOne = lines.length === 1;
    const state = isOne ? lines[0] : `${lines.length} faults`;
    return new ToolError("config", `Cannot use the settings: ${state}`, {
      details: isOne ? [] : lines,
      hint: isEmpty ? THREE_WAYS : undefined,
    });
  }
}
