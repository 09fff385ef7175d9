/**
 * The emulated Graph: which resource a request asks for, and who may.
 *
 * @module
 */

import type { Directory } from "./directory.ts";
import type { Downloads } from "./downloads.ts";
import { refuse } from "./graph_refusal.ts";
import type { RecordedRequest } from "./tls_server.ts";
import { answerUserRequest, countUsers, createUser, listUsers } from "./users.ts";

export { makeUser } from "./directory.ts";

/** What Graph knows. */
export interface GraphState {
  /** The application permissions in the token. */
  roles: string[];
  directory: Directory;
  downloads: Downloads;
}

/** Answers a request whose token has been verified. */
export function answerGraphRequest(request: RecordedRequest, state: GraphState): Response {
  const { url: { pathname }, method } = request;
  const [, path] = /^\/(?:v1\.0|beta)(\/.*)$/.exec(decodeURIComponent(pathname)) ?? [];
  const [isUsers, name, rest = ""] = /^\/users(?:\/([^/]+)(\/.+)?)?$/.exec(path ?? "") ?? [];
  const isContent = /^\/drives\/[^/]+\/items\/[^/]+\/content$/.test(path ?? "");
  if (isUsers === undefined && !isContent) {
    const message = `Resource '${pathname}' not found.`;
    return refuse(request, 404, { code: "Request_ResourceNotFound", message });
  }
  if (!state.roles.some((role) => permissionFor(method, { isContent, rest }).test(role))) {
    const message = "Insufficient privileges to complete the operation.";
    return refuse(request, 403, { code: "Authorization_RequestDenied", message });
  }
  if (isContent) return state.downloads.redirect();
  const { directory } = state;
  if (name === "$count") return countUsers(request, directory);
  if (name !== undefined) return answerUserRequest(request, { directory, name, rest });
  return method === "POST" ? createUser(request, directory) : listUsers(request, directory);
}

function permissionFor(
  method: string,
  { isContent, rest }: { isContent: boolean; rest: string },
): RegExp {
  if (isContent) return /^(Files|Sites)\.Read/;
  if (rest === "/sendMail") return /^Mail\.Send$/;
  return method === "GET" ? /^(User|Directory)\.Read/ : /^(User|Directory)\.ReadWrite/;
}
