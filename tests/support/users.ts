/**
 * The emulated Graph's users: lists by pages, counts, and single users.
 *
 * @module
 */

import type { Directory, User } from "./directory.ts";
import { refuse } from "./graph_refusal.ts";
import type { RecordedRequest } from "./tls_server.ts";
import { readUserQuery, type UserQuery } from "./user_query.ts";

/** A photo of one pixel. */
const PHOTO = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////" +
  "////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgB" +
  "AQABPxA=";

/** Gives some users, and the address of the next ones. */
export function listUsers(request: RecordedRequest, directory: Directory): Response {
  const { url } = request;
  const top = Number(url.searchParams.get("$top") ?? 100);
  if (!Number.isInteger(top) || top < 1 || top > 999) {
    const message = "Invalid page size specified.";
    return refuse(request, 400, { code: "Request_BadRequest", message });
  }
  const query = readUserQuery(request);
  if ("code" in query) return refuse(request, 400, query);
  const token = url.searchParams.get("$skiptoken");
  const { users, next } = page(directory, { query, top, position: Number(token ?? 0) });
  const counted = query.counted && token === null;
  return Response.json({
    "@odata.context": contextOf(url),
    ...(counted ? { "@odata.count": count(directory, query) } : {}),
    ...(next === undefined ? {} : { "@odata.nextLink": linkTo(url, next) }),
    value: users.map((user) => select(user, url)),
  }, { headers: ids() });
}

/** Gives how many users there are, as text. */
export function countUsers(request: RecordedRequest, directory: Directory): Response {
  const query = readUserQuery(request);
  if ("code" in query) return refuse(request, 400, query);
  return new Response(String(count(directory, query)), {
    headers: { "content-type": "text/plain", ...ids() },
  });
}

/** Makes a user. */
export function createUser(request: RecordedRequest, directory: Directory): Response {
  const { passwordProfile: _, ...properties } = readBody(request) ?? {};
  const name = properties.userPrincipalName;
  if (typeof name !== "string") {
    const message = "A value is required for property 'userPrincipalName' of resource 'User'.";
    return refuse(request, 400, { code: "Request_BadRequest", message });
  }
  if (directory.find(name) !== undefined) return refuseConflict(request, "userPrincipalName");
  const user = directory.create(properties);
  const { origin } = request.url;
  return Response.json(entity(user, request.url), {
    status: 201,
    headers: { location: `${origin}/v2/directoryObjects/${user.id}`, ...ids() },
  });
}

/** Answers what asks for one user, by id or user principal name. */
export function answerUserRequest(
  request: RecordedRequest,
  { directory, name, rest }: { directory: Directory; name: string; rest: string },
): Response {
  const user = directory.find(name);
  if (user === undefined) {
    const message = `Resource '${name}' does not exist or one of its queried reference-property ` +
      "objects are not present.";
    return refuse(request, 404, { code: "Request_ResourceNotFound", message });
  }
  switch (`${request.method} ${rest}`) {
    case "GET ":
      return Response.json(entity(select(user, request.url), request.url), { headers: ids() });
    case "PATCH ":
      return changeUser(request, { directory, user });
    case "DELETE ":
      directory.remove(user);
      return new Response(null, { status: 204, headers: ids() });
    case "GET /photo/$value": {
      const headers = { "content-type": "image/jpeg", etag: '"1"', ...ids() };
      return new Response(Uint8Array.fromBase64(PHOTO), { headers });
    }
    case "POST /sendMail":
      return new Response(null, { status: 202, headers: ids() });
    default:
      return refuse(request, 405, {
        code: "Request_BadRequest",
        message: "Specified HTTP method is not allowed for the request target.",
      });
  }
}

function changeUser(
  request: RecordedRequest,
  { directory, user }: { directory: Directory; user: User },
): Response {
  const properties = readBody(request);
  if (properties === undefined) {
    const message = "Unable to read JSON request payload.";
    return refuse(request, 400, { code: "BadRequest", message });
  }
  directory.change(user, properties);
  return new Response(null, { status: 204, headers: ids() });
}

function readBody({ body }: RecordedRequest): User | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function refuseConflict(request: RecordedRequest, target: string): Response {
  const message = `Another object with the same value for property ${target} already exists.`;
  const details = [{ code: "ObjectConflict", message, target }];
  return refuse(request, 400, { code: "Request_BadRequest", message, details });
}

interface PageOptions {
  query: UserQuery;
  top: number;
  position: number;
}

/** Gives the users of a page, and the position of the next page's first one. */
function page(
  directory: Directory,
  { query, top, position }: PageOptions,
): { users: User[]; next?: number } {
  const users: User[] = [];
  for (const [n, user] of directory.from(position)) {
    if (!query.matches(user)) continue;
    if (users.length === top) return { users, next: n };
    users.push(user);
  }
  return { users };
}

function count(directory: Directory, { matches }: UserQuery): number {
  let users = 0;
  for (const [_, user] of directory.from(0)) if (matches(user)) users++;
  return users;
}

function linkTo(url: URL, position: number): string {
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(position));
  return next.href;
}

function contextOf({ origin, searchParams }: URL): string {
  const names = searchParams.get("$select");
  return `${origin}/v1.0/$metadata#users${names === null ? "" : `(${names})`}`;
}

function entity(user: User, url: URL): User {
  return { "@odata.context": `${contextOf(url)}/$entity`, ...user };
}

function select(user: User, { searchParams }: URL): User {
  const names = searchParams.get("$select")?.split(",");
  if (names === undefined) return user;
  return Object.fromEntries(Object.entries(user).filter(([name]) => names.includes(name)));
}

function ids(): Record<string, string> {
  return { "request-id": crypto.randomUUID() };
}
