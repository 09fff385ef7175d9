/**
 * Request fields as `gh api` has them: `key=value` on the command line, nested by brackets.
 *
 * @module
 */

import { type ToolError, usageError } from "./errors.ts";
import { parseJson } from "./json.ts";

/** The fields of a command line, each `key=value`. */
export interface FieldFlags {
  /** `-f`, `--raw-field`: every value is a string. */
  raw: readonly string[];
  /** `-F`, `--field`: values have types, and may come from files. */
  typed: readonly string[];
}

/** A field before its place is found. */
interface Field<T = string> extends Place<T> {
  /** The key as it was written. */
  key: string;
}

/** A value, and where it goes. */
interface Place<T = unknown> {
  /** The key's names from the outside in; an empty one stands for a place in an array. */
  path: string[];
  /** Missing for `key[]` alone, which makes an empty array. */
  value?: T;
}

/** Objects are maps until they are whole, so that `__proto__` is a key like any other. */
type Tree = Map<string, unknown>;

const KEY = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** An integer as JSON writes it; `007` and `+5` are names, and stay strings. */
const INTEGER = /^(0|-?[1-9]\d*)$/;

const IN_A_BODY = "arrays, objects and null can only stand in a body, so in no GET";

const LITERALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/**
 * Reads the fields of a request, the raw ones first. Of the typed ones, `true`, `false`, `null` and
 * integers get their type (with every digit, where a double cannot hold them), and `@FILE` the text
 * of a file. `a[b]=c` makes an object, `a[]=c` adds to an array, `a[]` makes an empty one, and
 * `a[][b]=c` adds to the array's last object, or to a new one when the last one has that very key.
 *
 * @param flags The fields.
 * @param read Gives the text of a file, or of standard input for `-`.
 * @returns The value that the fields make together.
 * @throws {ToolError} `usage` for a field that cannot be read, or contradicts another; what `read`
 * throws.
 *
 * @example
 * ```ts
 * import { readFields } from "./fields.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const flags = { raw: ["displayName=Ada"], typed: ["profile[enabled]=true", "tags[]=1"] };
 * const fields = await readFields(flags, () => Promise.resolve(""));
 * deepStrictEqual(fields, { displayName: "Ada", profile: { enabled: true }, tags: [1] });
 * ```
 */
export async function readFields(
  { raw, typed }: FieldFlags,
  read: (source: string) => Promise<string>,
): Promise<Record<string, unknown>> {
  const tree: Tree = new Map();
  for (const [index, text] of raw.entries()) {
    const field = parseField(text, `--raw-field ${index + 1}`);
    add(tree, field);
  }
  for (const [index, text] of typed.entries()) {
    const field = parseField(text, `--field ${index + 1}`);
    const value = field.value === undefined ? undefined : await typedValue(field.value, read);
    add(tree, { ...field, value });
  }
  return objectOf(tree);
}

/**
 * Gives the query options of a request that takes its fields in the query.
 *
 * @param fields What {@linkcode readFields} gave.
 * @returns Names and values, not yet encoded.
 * @throws {ToolError} `usage` for null, an array or an object, which cannot stand in a query.
 *
 * @example
 * ```ts
 * import { toQuery } from "./fields.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(toQuery({ $filter: "id eq 'a'", $top: 5 }), [["$filter", "id eq 'a'"], ["$top", "5"]]);
 * ```
 */
export function toQuery(fields: Record<string, unknown>): [string, string][] {
  return Object.entries(fields).map(([key, value]) => {
    if (typeof value === "string") return [key, value];
    const json = JSON.stringify(value);
    if (!/^[[{n]/.test(json)) return [key, json];
    const form = value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    throw fault(`"${key}" is ${form}, which cannot stand in a query`, IN_A_BODY);
  });
}

/** A text that is no field is not repeated: it may be a body with a password in it. */
function parseField(text: string, name: string): Field {
  const end = text.indexOf("=");
  const key = end < 0 ? text : text.slice(0, end);
  if (end < 0 && !key.endsWith("[]")) throw fault(`${name} has no "="`);
  if (/^(\[|$)/.test(key)) throw fault(`${name} has no key`);
  const [, first, rest = ""] = KEY.exec(key) ?? [];
  if (first === undefined) throw fault(`${name} has a key whose brackets do not match`);
  if (rest.includes("[][]")) throw fault(`"${key}" is an array in an array`);
  const path = [first, ...rest === "" ? [] : rest.slice(1, -1).split("][")];
  return { key, path, value: end < 0 ? undefined : text.slice(end + 1) };
}

async function typedValue(
  text: string,
  read: (source: string) => Promise<string>,
): Promise<unknown> {
  if (text.startsWith("@")) return await read(text.slice(1));
  if (INTEGER.test(text)) return parseJson(text);
  return LITERALS.has(text) ? LITERALS.get(text) : text;
}

function add(tree: Tree, { key, path, value }: Field<unknown>): void {
  const contradiction = addToObject(tree, { path, value });
  if (contradiction !== undefined) throw fault(`"${key}" ${contradiction}`);
}

/** Gives what is wrong, if anything is. */
function addToObject(object: Tree, { path: [name, ...path], value }: Place): string | undefined {
  const present = object.get(name);
  const wanted = path.length === 0 ? "a value" : path[0] === "" ? "an array" : "an object";
  if (object.has(name)) {
    const found = formOf(present);
    if (found !== wanted) return `makes ${wanted} of "${name}", which is ${found} already`;
    if (found === "a value") return "is set twice";
  }
  if (wanted === "a value") {
    object.set(name, value);
  } else if (wanted === "an array") {
    const array = Array.isArray(present) ? present : [];
    object.set(name, array);
    return addToArray(array, { path: path.slice(1), value });
  } else {
    const child: Tree = present instanceof Map ? present : new Map();
    object.set(name, child);
    return addToObject(child, { path, value });
  }
}

function addToArray(array: unknown[], { path, value }: Place): string | undefined {
  if (path.length === 0) {
    if (value !== undefined) array.push(value);
    return undefined;
  }
  const last = array.at(-1);
  if (last instanceof Map && hasRoom(last, path)) return addToObject(last, { path, value });
  const next: Tree = new Map();
  array.push(next);
  return addToObject(next, { path, value });
}

/**
 * Tells whether an object can take a field without a contradiction. `gh` looks at the first name
 * alone, and tears `to[][mail][name]` and `to[][mail][address]` apart.
 */
function hasRoom(object: Tree, [name, ...path]: string[]): boolean {
  if (!object.has(name)) return true;
  const present = object.get(name);
  if (path[0] === "") return Array.isArray(present);
  return path.length > 0 && present instanceof Map && hasRoom(present, path);
}

function formOf(value: unknown): string {
  if (value instanceof Map) return "an object";
  return Array.isArray(value) ? "an array" : "a value";
}

/** `Object.fromEntries` defines its keys, so that none of them reaches a prototype. */
function objectOf(tree: Tree): Record<string, unknown> {
  return Object.fromEntries([...tree].map(([key, value]) => [key, plainOf(value)]));
}

function plainOf(value: unknown): unknown {
  if (value instanceof Map) return objectOf(value);
  return Array.isArray(value) ? value.map(plainOf) : value;
}

function fault(
  state: string,
  hint = "write key=value, a[b]=value for an object, a[]=value for an array",
): ToolError {
  return usageError(state, hint);
}
