/**
 * OData query options: written into a URL, and judged by what Graph demands beside them.
 *
 * @module
 */

/** Query options by the names that OData gives them, without `$`. */
export interface ODataOptions {
  /** Properties to answer with, separated by commas. */
  select?: string;
  /** The condition that items have to meet. */
  filter?: string;
  /** How many items a page holds at most. */
  top?: number;
  /** Properties to sort by. */
  orderby?: string;
  /** What to search for. */
  search?: string;
  /** Relationships to answer with. */
  expand?: string;
  /** Whether to count the items. */
  count?: boolean;
}

/** What Graph demands of an advanced query, beside the header `ConsistencyLevel: eventual`. */
export interface AdvancedQuery {
  /** Whether `$count=true` is demanded, and missing. */
  count: boolean;
  /** The part of the URL that makes the query an advanced one. */
  reason: string;
}

/**
 * Sets query options of a URL. All others keep their bytes.
 *
 * @param url The URL; it stays as it is.
 * @param options Names and values, not yet encoded; names that begin with `$` have no case.
 * @returns The URL with these options.
 *
 * @example
 * ```ts
 * import { withQuery } from "./odata.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const url = new URL("https://graph.microsoft.com/v1.0/users?$TOP=1&x=a+b");
 * strictEqual(withQuery(url, [["$top", "5"], ["y", "a b"]]).search, "?x=a+b&$top=5&y=a%20b");
 * ```
 */
export function withQuery(url: URL, options: Iterable<readonly [string, string]>): URL {
  const added = [...options];
  const names = new Set(added.map(([name]) => plainName(name)));
  const present = url.search === "" ? [] : url.search.slice(1).split("&");
  const kept = present.filter((option) => !names.has(nameOf(option)));
  const result = new URL(url);
  result.search = [...kept, ...added.map((option) => option.map(encode).join("="))].join("&");
  return result;
}

/**
 * Sets OData query options of a URL. A search without double quotes gets them, since Graph demands
 * them; a backslash in it is then escaped, as Graph's syntax of a search has it.
 *
 * @param url The URL; it stays as it is.
 * @param options The options.
 * @returns The URL with these options.
 *
 * @example
 * ```ts
 * import { withODataOptions } from "./odata.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const url = new URL("https://graph.microsoft.com/v1.0/users");
 * const { search } = withODataOptions(url, { search: "displayName:Ada", top: 5 });
 * strictEqual(search, "?$top=5&$search=%22displayName:Ada%22");
 * ```
 */
export function withODataOptions(url: URL, options: ODataOptions): URL {
  const { select, filter, top, orderby, search, expand, count } = options;
  const values = { select, filter, top, orderby, search: search && quoted(search), expand, count };
  return withQuery(
    url,
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[`$${name}`, String(value)]]
    ),
  );
}

/**
 * Gives the members that a request asks for: what `$select` names, and what `$expand` adds.
 *
 * @param url What is called.
 * @returns The names, in order; `undefined` where nothing is selected.
 *
 * @example
 * ```ts
 * import { selectedColumns } from "./odata.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const url = new URL("https://graph.microsoft.com/v1.0/users?$select=id,mail&$expand=manager($select=id)");
 * deepStrictEqual(selectedColumns(url), ["id", "mail", "manager"]);
 * ```
 */
export function selectedColumns({ searchParams }: URL): string[] | undefined {
  const select = searchParams.get("$select");
  if (select === null) return undefined;
  // What stands in parentheses is nested, two deep at most.
  const expand = searchParams.get("$expand")?.replaceAll(/\((?:[^()]|\([^()]*\))*\)/g, "") ?? "";
  return `${select},${expand}`.split(",").map((name) => name.trim()).filter(Boolean);
}

/** The collections of directory objects, from which paths to their relationships begin, too. */
const COLLECTIONS = [
  "administrativeUnits",
  "applications",
  "contacts",
  "devices",
  "directory/administrativeUnits",
  "directory/deletedItems",
  "directoryObjects",
  "groups",
  "oauth2PermissionGrants",
  "servicePrincipals",
  "users",
].join("|");

/** Relationships to directory objects. */
const RELATIONSHIPS = [
  "directReports",
  "members",
  "memberOf",
  "ownedDevices",
  "ownedObjects",
  "owners",
  "registeredDevices",
  "registeredOwners",
  "registeredUsers",
  "transitiveMembers",
  "transitiveMemberOf",
  "transitiveReports",
].join("|");

/** Relationships to grants, which Graph also filters without an advanced query. */
const GRANTS = "appRoleAssignments|appRoleAssignedTo|oauth2PermissionGrants";

/** Anything deeper is another service's: `/groups/{id}/team/members` belongs to Teams. */
const PATH = new RegExp(
  "^/(?:v1\\.0|beta)/" +
    `(?:(?<collection>${COLLECTIONS})|(?:me|(?:${COLLECTIONS})(?:/[^/]+|\\([^/]+\\)))` +
    `(?:/(?:(?<relationship>${RELATIONSHIPS})|(?<grants>${GRANTS})))?)` +
    "(?<cast>/(?:microsoft\\.)?graph\\.\\w+)?(?<count>/(?:\\$|%24)count)?/?$",
  "i",
);

/** A quote in a string literal is doubled, which reads as two literals. */
const LITERAL = /'[^']*'/g;

const OPERATOR = /\b(?:ne|not|endswith)\b|\/\$count\b/i;

/** Collections and properties that Graph also sorts without an advanced query. */
const SORTED = /^(?:users|groups|directory\/deleteditems)$/i;
const SORTABLE = /^\s*(?:displayName|userPrincipalName)(?:\s+(?:asc|desc))?\s*$/i;

/**
 * Tells whether a GET is an advanced query on directory objects, which Graph answers only with the
 * header `ConsistencyLevel: eventual`
 * (https://learn.microsoft.com/graph/aad-advanced-queries).
 *
 * @param url What is to be called.
 * @returns What Graph demands, or `undefined` for a plain query, and for every other service: mail,
 * Teams and drives do not know these demands.
 *
 * @example
 * ```ts
 * import { advancedQuery } from "./odata.ts";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 *
 * const graph = "https://graph.microsoft.com/v1.0";
 * const users = new URL(`${graph}/users?$filter=accountEnabled ne true`);
 * deepStrictEqual(advancedQuery(users), { count: true, reason: '"ne" in $filter' });
 * strictEqual(advancedQuery(new URL(`${graph}/me/messages?$count=true`)), undefined);
 * ```
 */
export function advancedQuery(url: URL): AdvancedQuery | undefined {
  const target = PATH.exec(url.pathname)?.groups;
  if (target === undefined) return undefined;
  const options = new Map([...url.searchParams].map(([name, value]) => [plainName(name), value]));
  const isCounted = /^true$/i.test(options.get("$count") ?? "");
  if (/\$levels\b/i.test(options.get("$expand") ?? "")) {
    return { count: !isCounted, reason: "$levels in $expand" };
  }
  if ((target.collection ?? target.relationship ?? target.grants) === undefined) return undefined;
  if (target.count !== undefined) return { count: false, reason: "/$count" };
  const reason = reasonToCount(target, options);
  if (reason !== undefined) return { count: !isCounted, reason };
  if (options.has("$search")) return { count: false, reason: "$search" };
  return isCounted ? { count: false, reason: "$count=true" } : undefined;
}

function reasonToCount(
  { collection = "", relationship, cast }: Record<string, string | undefined>,
  options: ReadonlyMap<string, string>,
): string | undefined {
  const filter = options.get("$filter");
  const operator = OPERATOR.exec(filter?.replaceAll(LITERAL, "''") ?? "");
  if (operator !== null) return `"${operator[0]}" in $filter`;
  const orderby = options.get("$orderby");
  if (orderby !== undefined) {
    if (filter !== undefined) return "$orderby with $filter";
    if (!SORTED.test(collection) || !orderby.split(",").every((name) => SORTABLE.test(name))) {
      return "$orderby";
    }
  }
  if (relationship === undefined) return undefined;
  if (filter !== undefined) return `$filter of ${relationship}`;
  if (options.has("$search")) return `$search of ${relationship}`;
  return cast === undefined ? undefined : `${cast.slice(1)} of ${relationship}`;
}

function plainName(name: string): string {
  return name.startsWith("$") ? name.toLowerCase() : name;
}

/** `URLSearchParams` would take a question mark from the beginning. */
function nameOf(option: string): string {
  const [name = ""] = new URLSearchParams(`&${option}`).keys();
  return plainName(name);
}

/** Leaves readable what RFC 3986 allows in a query and OData writes often. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /%(?:24|2C|2F|3A|40)/g,
    decodeURIComponent,
  );
}

function quoted(search: string): string {
  return search.includes('"') ? search : `"${search.replaceAll("\\", "\\\\")}"`;
}
