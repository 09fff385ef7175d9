/**
 * Reads JSON: with comments and the place of a fault for files that people write, with every digit
 * kept for answers that are passed on.
 *
 * @module
 */

/** Where in a text a fault stands, both counted from 1. */
export interface Place {
  /** Line. */
  line: number;
  /** Column, in UTF-16 units. */
  column: number;
}

/** A string, to be passed over, or a comment. */
const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;

/** A number, outside of strings, that a double may not hold for certain. */
const LONG_NUMBER = /[[:,]\s*-?(?:[\d.]{16}|[\d.]+[eE])/;

/** A number that is all there is; with it in the expression above, a long text takes a third longer. */
const LONE_NUMBER = /^\s*-?\d/;

/** `JSON.rawJSON` (ES2026) is not yet among TypeScript's types. */
const RAW = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

/**
 * Reads JSON in which `//` and `/* *\/` comments may stand. The engine's own message is not passed
 * on, since it quotes the text, which may hold a secret.
 *
 * @param text The text of a file.
 * @returns The value, or the place where the text stops being JSON.
 *
 * @example
 * ```ts
 * import { parseCommentedJson } from "./json.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parseCommentedJson('{ "a": 1 } // one'), { value: { a: 1 } });
 * deepStrictEqual(parseCommentedJson('{\n  "a": x }'), { fault: { line: 2, column: 8 } });
 * ```
 */
export function parseCommentedJson(text: string): { value: unknown } | { fault: Place } {
  const plain = text.replaceAll(
    STRING_OR_COMMENT,
    (match) => match.startsWith('"') ? match : match.replaceAll(/[^\r\n]/g, " "),
  );
  const failure = failureOf(plain);
  if (failure === undefined) return { value: JSON.parse(plain) };
  const before = plain.slice(0, faultOffset(plain, failure)).split(/\r\n|\r|\n/);
  return { fault: { line: before.length, column: before[before.length - 1].length + 1 } };
}

/**
 * Reads the JSON of a service. A number that a double cannot hold is kept as it was written, as an
 * object of `JSON.rawJSON`, so that `JSON.stringify` gives the same digits back.
 *
 * @param text The body of an answer.
 * @returns The value.
 * @throws {SyntaxError} When the text is not JSON.
 *
 * @example
 * ```ts
 * import { parseJson } from "./json.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(JSON.stringify(parseJson('{"id":12345678901234567890}')), '{"id":12345678901234567890}');
 * ```
 */
export function parseJson(text: string): unknown {
  if (!LONE_NUMBER.test(text) && !LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== "number" || context?.source === undefined) return value;
    return decimalOf(String(value)) === decimalOf(context.source)
      ? value
      : RAW.rawJSON(context.source);
  });
}

/**
 * Tells whether a value is a number that {@linkcode parseJson} kept as it was written.
 *
 * @param value Any value.
 * @returns Whether it is an object of `JSON.rawJSON`.
 *
 * @example
 * ```ts
 * import { isRawNumber, parseJson } from "./json.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(isRawNumber(parseJson("12345678901234567890")), true);
 * strictEqual(isRawNumber(parseJson("5")), false);
 * ```
 */
export function isRawNumber(value: unknown): boolean {
  return RAW.isRawJSON(value);
}

/** Gives one form to all ways of writing the same number. */
function decimalOf(number: string): string {
  const [, sign, whole, fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  const scale = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === "" ? "0" : `${sign}${significant}e${scale}`;
}

/** The engine names the position of every fault but that of an unexpected token. */
function faultOffset(text: string, failure: string): number {
  if (!isUnexpectedToken(failure)) {
    return Number(/at position (\d+)/.exec(failure)?.[1] ?? text.length);
  }
  // The shortest beginning that fails in the same way ends on the token.
  let [least, most] = [0, text.length - 1];
  while (least < most) {
    const middle = (least + most) >> 1;
    if (isUnexpectedToken(failureOf(text.slice(0, middle + 1)))) most = middle;
    else least = middle + 1;
  }
  return least;
}

function failureOf(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch (error) {
    return String(error);
  }
}

function isUnexpectedToken(failure = ""): boolean {
  return failure.startsWith("SyntaxError: Unexpected token");
}
