/**
 * The emulated Graph: users, by pages, for who may read them.
 *
 * @module
 */

import type { RecordedRequest } from "./tenant.ts";

/** How many users the emulated tenant has. */
const USER_COUNT = 3;

/** Makes the nth user, with the properties that Graph gives by default. */
export function makeUser(n: number): Record<string, unknown> {
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

/** Answers a GET whose token has been verified. */
export function answerGraphRequest(request: RecordedRequest, roles: string[]): Response {
  const { url } = request;
  if (!/^\/(v1\.0|beta)\/users$/.test(url.pathname)) {
    const message = `Resource '${url.pathname}' not found.`;
    return refuse(request, 404, { code: "Request_ResourceNotFound", message });
  }
  if (!roles.some((role) => /^(User|Directory)\.Read/.test(role))) {
    const message = "Insufficient privileges to complete the operation.";
    return refuse(request, 403, { code: "Authorization_RequestDenied", message });
  }
  const top = Number(url.searchParams.get("$top") ?? 100);
  if (!Number.isInteger(top) || top < 1 || top > 999) {
    const message = "Invalid page size specified.";
    return refuse(request, 400, { code: "Request_BadRequest", message });
  }
  const skip = Number(url.searchParams.get("$skiptoken") ?? 0);
  const end = Math.min(skip + top, USER_COUNT);
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(end));
  const select = url.searchParams.get("$select");
  const users = Array.from({ length: end - skip }, (_, index) => makeUser(skip + index));
  return Response.json({
    "@odata.context": `${url.origin}/v1.0/$metadata#users${select === null ? "" : `(${select})`}`,
    ...(end < USER_COUNT ? { "@odata.nextLink": next.href } : {}),
    value: select === null ? users : users.map((user) => pick(user, select.split(","))),
  }, { headers: { "request-id": crypto.randomUUID() } });
}

function pick(user: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(user).filter(([name]) => names.includes(name)));
}

/** Makes an error in Graph's shape. */
export function refuse(
  request: RecordedRequest,
  status: number,
  { code, message }: { code: string; message: string },
): Response {
  const requestId = crypto.randomUUID();
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": request.headers.get("client-request-id"),
  };
  return Response.json({ error: { code, message, innerError } }, {
    status,
    headers: { "request-id": requestId },
  });
}
