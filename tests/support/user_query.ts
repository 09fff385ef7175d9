/**
 * What a query of users asks for: Graph's rules of `$filter`, `$search` and advanced queries, as far as
 * tests need them.
 *
 * @module
 */

import type { User } from "./directory.ts";
import type { Refusal } from "./graph_refusal.ts";
import type { RecordedRequest } from "./tls_server.ts";

/** A query, read. */
export interface UserQuery {
  /** Tells whether a user is asked for. */
  matches: (user: User) => boolean;
  /** Whether every user is. */
  all: boolean;
  /** Whether the first page tells how many there are. */
  counted: boolean;
}

const LEARN = "Refer to https://aka.ms/graph-docs/advanced-queries for more information";
const NO_HEADER =
  `is not supported because the 'ConsistencyLevel:eventual' header is missing. ${LEARN}`;
const NO_COUNT = "is not supported because the required parameters might be missing. Try adding " +
  `$count=true query parameter and ConsistencyLevel:eventual header. ${LEARN}`;

/** `startsWith(name,'value')`, perhaps after `not`. */
const FUNCTION = /^(not[ (]\s*)?(startsWith|endsWith)\((\w+),\s*'((?:[^']|'')*)'\)\)?$/i;
/** `name eq 'value'`. */
const COMPARISON = /^(\w+) (eq|ne) '((?:[^']|'')*)'$/i;
/** `"name:value"`. */
const CLAUSE = /^"(\w+):([^"]*)"$/;

/** Reads a query, or gives what Graph says against it. */
export function readUserQuery({ url, headers }: RecordedRequest): UserQuery | Refusal {
  const isEventual = headers.get("consistencylevel")?.toLowerCase() === "eventual";
  const [filter, search] = ["$filter", "$search"].map((name) => url.searchParams.get(name));
  const isRaw = url.pathname.endsWith("/$count");
  if (isRaw && !isEventual) return unsupported(`Raw count (/$count) ${NO_HEADER}`);
  const counted = isEventual && url.searchParams.get("$count") === "true";
  const filtered = filter === null ? EVERYONE : readFilter(filter);
  if ("code" in filtered) return filtered;
  if (filtered.advanced !== undefined && !(isEventual && (counted || isRaw))) {
    return unsupported(`Operator '${filtered.advanced}' ${isEventual ? NO_COUNT : NO_HEADER}`);
  }
  if (search !== null && !isEventual) {
    return unsupported(
      "Request with $search query parameter only works through MSGraph with a special request " +
        "header: 'ConsistencyLevel: eventual'",
    );
  }
  const found = search === null ? EVERYONE : readSearch(search);
  if ("code" in found) return found;
  const matches = (user: User): boolean => filtered.matches(user) && found.matches(user);
  return { matches, all: filter === null && search === null, counted };
}

interface Condition {
  matches: (user: User) => boolean;
  /** The operator that only an advanced query may have. */
  advanced?: string;
}

const EVERYONE: Condition = { matches: () => true };

function readFilter(filter: string): Condition | Refusal {
  const [, negation, name, property, text] = FUNCTION.exec(filter) ?? [];
  if (property !== undefined) {
    const isStart = name.toLowerCase() === "startswith";
    const holds = condition(property, text, isStart ? "startsWith" : "endsWith");
    if (negation !== undefined) return { matches: (user) => !holds(user), advanced: "Not" };
    return { matches: holds, advanced: isStart ? undefined : name };
  }
  const [, compared, operator, value] = COMPARISON.exec(filter) ?? [];
  if (compared === undefined) return bad("Invalid filter clause");
  const equals = condition(compared, value, "equals");
  if (operator.toLowerCase() === "eq") return { matches: equals };
  return { matches: (user) => !equals(user), advanced: "NotEqualsMatch" };
}

/** Graph compares without regard to case. */
function condition(
  property: string,
  literal: string,
  how: "startsWith" | "endsWith" | "equals",
): (user: User) => boolean {
  const text = literal.replaceAll("''", "'").toLowerCase();
  return (user) => {
    const value = String(user[property] ?? "").toLowerCase();
    return how === "equals" ? value === text : value[how](text);
  };
}

function readSearch(search: string): Condition | Refusal {
  const [, property, text] = CLAUSE.exec(search) ?? [];
  if (property === undefined) return bad("Syntax error in the search clause");
  const begin = text.toLowerCase();
  return {
    matches: (user) =>
      String(user[property] ?? "").toLowerCase().split(/\s+/).some((word) =>
        word.startsWith(begin)
      ),
  };
}

function unsupported(message: string): Refusal {
  return { code: "Request_UnsupportedQuery", message };
}

function bad(message: string): Refusal {
  return { code: "Request_BadRequest", message };
}
