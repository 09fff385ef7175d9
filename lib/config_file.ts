/**
 * Reads the config file: the quickstart's parameters.json, with comments allowed.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import { readTextFile } from "./files.ts";
import { parseCommentedJson } from "./json.ts";
import { nearest } from "./nearest.ts";
import { NOT_IN_FILES, SETTING_NAMES, type SettingName, SETTINGS } from "./settings_table.ts";
import { type Fault, isPlaceholder, type Source } from "./sources.ts";

const KEYS: readonly string[] = SETTING_NAMES.filter((name) => !NOT_IN_FILES.has(name));

/** Known, and without effect. */
const REMARKS = new Set(["note", "$schema"]);

/** The quickstart sets the one of these that is not used to null. */
const NULLABLE = new Set(["authority", "oidc_authority"]);

/**
 * Reads a config file.
 *
 * @param path The file.
 * @returns What it sets, and what is wrong with its keys and types.
 * @throws {ToolError} `config` when it cannot be read or is not a JSON object.
 */
export async function readConfigFile(
  path: string,
): Promise<{ source: Source; faults: Fault[] }> {
  const parsed = parseCommentedJson(await readTextFile(path));
  if ("fault" in parsed) {
    const { line, column } = parsed.fault;
    throw new ToolError(
      "config",
      `Cannot read "${path}": not JSON at line ${line}, column ${column}`,
      {
        hint: "look for a missing or superfluous comma, quote or bracket there or just before",
      },
    );
  }
  if (typeof parsed.value !== "object" || parsed.value === null || Array.isArray(parsed.value)) {
    throw new ToolError(
      "config",
      `Cannot read "${path}": found ${kindOf(parsed.value)}, wanted a JSON object`,
    );
  }
  const source: Source = { name: path, entries: {} };
  const faults: Fault[] = [];
  for (const member of Object.entries(parsed.value)) {
    const fault = readMember(source, member);
    if (fault !== undefined) faults.push({ source: path, key: `"${member[0]}"`, ...fault });
  }
  return { source, faults };
}

/** Sets what a member says, or gives what is wrong with its key. */
function readMember(
  source: Source,
  [key, value]: [string, unknown],
): Pick<Fault, "found" | "wanted"> | undefined {
  if (REMARKS.has(key) || (value === null && NULLABLE.has(key))) return undefined;
  if (!isKey(key)) {
    const known = nearest(key, KEYS);
    const wanted = known === undefined ? `one of ${KEYS.join(", ")}` : `"${known}"`;
    return { found: "an unknown key", wanted };
  }
  const entry = { setting: key, source: source.name, key: `"${key}"` };
  if (key === "scope" && isStrings(value)) {
    source.entries[key] = { ...entry, value };
  } else if (typeof value === "string") {
    const isPath = "path" in SETTINGS[key] && !isPlaceholder(key, value);
    source.entries[key] = { ...entry, value: isPath ? besideFile(source.name, value) : value };
  } else {
    source.entries[key] = { ...entry, value: "", found: kindOf(value) };
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 &&
    value.every((item) => typeof item === "string");
}

function isKey(key: string): key is SettingName {
  return KEYS.includes(key);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A relative path in a config file starts from the folder of that file. */
function besideFile(file: string, path: string): string {
  if (path.trim() === "" || /^([/\\]|[a-z]:)/i.test(path)) return path;
  return file.slice(0, Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1) + path;
}
