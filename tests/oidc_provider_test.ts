/**
 * `oidc_authority` against a certified OpenID provider that we did not write: it discovers, and
 * verifies client_secret and private_key_jwt for real.
 *
 * @module
 */

import { createPublicKey } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";

import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from "jose";
import { Provider } from "oidc-provider";

import { makeServerCertificate, thumbprintOf } from "./support/certificates.ts";
import type { RunResult } from "./support/program.ts";
import { Workspace } from "./support/workspace.ts";

interface ProviderRun extends AsyncDisposable {
  issuer: string;
  ca: string;
  /** Method and path of each request. */
  seen: string[];
}

/** Starts a provider that knows the workspace's app, and lets its Graph accept the provider's tokens. */
async function startProvider(
  { tenant }: Workspace,
  client: Record<string, unknown>,
): Promise<ProviderRun> {
  const { certificate, privateKey } = await makeServerCertificate();
  const { publicKey, privateKey: signingKey } = await generateKeyPair("RS256", {
    extractable: true,
  });
  const server = createServer({ cert: certificate, key: privateKey });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resource = "https://graph.microsoft.com";
  const scope = `${resource}/.default`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: tenant.app.clientId,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      ...client,
    }],
    jwks: { keys: [{ ...await exportJWK(signingKey), alg: "RS256", kid: "k" }] },
    scopes: [scope],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => ({ scope, accessTokenFormat: "jwt", audience: resource }),
      },
    },
    extraTokenClaims: () => ({ roles: ["User.Read.All"] }),
  });
  const keys = createLocalJWKSet({
    keys: [{ ...await exportJWK(publicKey), alg: "RS256", kid: "k" }],
  });
  tenant.verify = async (token) => {
    const { payload } = await jwtVerify(token, keys, { issuer, audience: resource });
    return payload.roles as string[];
  };
  const seen: string[] = [];
  const handle = provider.callback();
  server.on("request", (request, response) => {
    seen.push(`${request.method} ${request.url?.split("?")[0]}`);
    handle(request, response);
  });
  return {
    issuer,
    ca: certificate,
    seen,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Runs the program with `oidc_authority` in the place of `authority`. */
async function call(
  workspace: Workspace,
  provider: ProviderRun,
  credential: Record<string, unknown>,
): Promise<RunResult> {
  await workspace.write("ca.pem", workspace.tenant.ca + provider.ca);
  return await workspace.call({
    authority: null,
    oidc_authority: provider.issuer,
    secret: undefined,
    ...credential,
  });
}

const EXCHANGES = ["GET /.well-known/openid-configuration", "POST /token"];

Deno.test("oidc_authority takes three exchanges with a secret", async () => {
  await using workspace = await Workspace.open();
  const { secret } = workspace.tenant.app;
  const method = { token_endpoint_auth_method: "client_secret_post" };
  await using provider = await startProvider(workspace, { client_secret: secret, ...method });
  const { code, stderr, stdout } = await call(workspace, provider, { secret });
  deepStrictEqual([code, stderr], [0, ""]);
  strictEqual(JSON.parse(stdout).value.length, 3);
  deepStrictEqual(provider.seen, EXCHANGES);
  strictEqual(workspace.tenant.requests.length, 1);
});

for (const hash of ["sha1", "sha256"] as const) {
  Deno.test(`oidc_authority takes an assertion signed under a ${hash} thumbprint`, async () => {
    await using workspace = await Workspace.open();
    const { certificate, privateKey } = workspace.tenant.keys;
    const jwk = createPublicKey(certificate).export({ format: "jwk" });
    await using provider = await startProvider(workspace, {
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [jwk] },
    });
    await workspace.write("key.pem", privateKey);
    const thumbprint = thumbprintOf(certificate, hash);
    const credential = { thumbprint, private_key_file: "key.pem" };
    const { code, stderr } = await call(workspace, provider, credential);
    deepStrictEqual([code, stderr], [0, ""]);
    deepStrictEqual(provider.seen, EXCHANGES);
  });
}

Deno.test("oidc_authority tells what the provider says of a wrong secret", async () => {
  await using workspace = await Workspace.open();
  const method = { token_endpoint_auth_method: "client_secret_post" };
  await using provider = await startProvider(workspace, { client_secret: "other", ...method });
  const { secret } = workspace.tenant.app;
  const { code, stderr } = await call(workspace, provider, { secret });
  strictEqual(code, 4);
  match(stderr, /^Error: Cannot get a token: the request was refused \(invalid_client\)$/m);
  match(stderr, /error_description: client authentication failed/);
});

Deno.test("oidc_authority tells what is wrong with a configuration that cannot be used", async () => {
  await using workspace = await Workspace.open();
  const { tenant } = workspace;
  const oidc_authority = `${tenant.origin}/x`;
  const parameters = { authority: null, oidc_authority };
  const missing = await workspace.call(parameters);
  strictEqual(missing.code, 4);
  match(missing.stderr, /\/x\/\.well-known\/openid-configuration/);
  tenant.reply(
    "graph",
    () => Response.json({ issuer: "https://evil.example", token_endpoint: "x" }),
  );
  const strange = await workspace.call(parameters);
  strictEqual(strange.code, 4);
  match(
    strange.stderr,
    /MSAL gives up with endpoints_resolution_error[^]*Fix: check the authority/,
  );
  const endpoint = `${tenant.origin.replace("https", "http")}/token`;
  tenant.reply("graph", () =>
    Response.json({
      issuer: oidc_authority,
      authorization_endpoint: endpoint,
      token_endpoint: endpoint,
      jwks_uri: endpoint,
    }));
  const insecure = await workspace.call(parameters);
  strictEqual(insecure.code, 4);
  match(
    insecure.stderr,
    /^Error: Cannot get a token: the endpoint "http:.*" is not https$/m,
  );
  strictEqual(tenant.requests.filter(({ method }) => method === "POST").length, 0);
});
