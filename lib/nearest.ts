/**
 * Finds the name that someone probably meant.
 *
 * @module
 */

/** More edits than this share of the name's length, and it is another name. */
const TOLERANCE = 0.4;

/** A known name this long that is part of a given one was meant: `client_secret` for `secret`. */
const SHORTEST_PART = 5;

/**
 * Finds the known name with the fewest edits (Levenshtein distance) to a given one; case, `-` and
 * `_` do not count. @std/text has this too, but is loaded from a third package at every start.
 *
 * @param name What was written.
 * @param known The names that exist.
 * @returns The nearest name, or `undefined` when none is near.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(nearest("clientid", ["client_id", "cloud"]), "client_id");
 * strictEqual(nearest("colour", ["client_id", "scope"]), undefined);
 * ```
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = plain(name);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length * TOLERANCE)) + 1;
  for (const candidate of known) {
    const isPart = candidate.length >= SHORTEST_PART && wanted.includes(plain(candidate));
    const edits = isPart ? 1 : distance(wanted, plain(candidate));
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j] + (a[i] === b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}
