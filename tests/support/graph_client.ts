/**
 * A client of an emulated tenant's Graph.
 *
 * @module
 */

import { ok } from "node:assert/strict";

import { type Authority, CLOUDS, readAuthority } from "../../lib/cloud.ts";
import { ToolError } from "../../lib/errors.ts";
import { GraphClient } from "../../lib/graph.ts";
import { HttpClient } from "../../lib/http.ts";
import { Secret } from "../../lib/secret.ts";
import type { AccessToken, TokenWish } from "../../lib/token.ts";
import { signToken } from "./entra.ts";
import type { Tenant } from "./tenant.ts";

/** A client, and what it asked for. */
export interface Client {
  graph: GraphClient;
  /** What each token was asked for. */
  asked: TokenWish[];
}

/** Makes a client of a tenant's Graph, that does not really wait. */
export function clientFor(
  tenant: Tenant,
  options: Pick<AccessToken, "roles"> = tenant.app,
): Client {
  const asked: TokenWish[] = [];
  const { origin, app } = tenant;
  const tokens = {
    get: async (wish: TokenWish = {}): Promise<AccessToken> => {
      asked.push(wish);
      const token = await signToken(app, origin);
      return { value: new Secret(token), expiresOn: Infinity, roles: options.roles };
    },
  };
  const settings = {
    authority: readAuthority(`${origin}/${app.tenantId}`) as Authority,
    cloud: CLOUDS[0],
    clientId: app.clientId,
    origin,
  };
  const sleep = () => Promise.resolve();
  const http = new HttpClient({ fetch: tenant.fetch, sleep });
  return { graph: new GraphClient({ settings, tokens, http }), asked };
}

/** Fails the test unless the request fails, and gives the error. */
export async function failureOf(work: Promise<unknown>): Promise<ToolError> {
  try {
    await work;
  } catch (error) {
    ok(error instanceof ToolError, String(error));
    return error;
  }
  throw new Error("the request did not fail");
}
