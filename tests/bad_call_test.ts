/**
 * The table of bad input, part three: endpoints, flags, permissions, and the network between.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";

import { check, config } from "./support/bad_input.ts";
import { makeServerCertificate } from "./support/certificates.ts";
import { closedPort } from "./support/closed_port.ts";
import { BINARY } from "./support/program.ts";
import { Tenant } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

check([
  {
    given: "403 before an admin has consented",
    args: ({ tenant }) => {
      tenant.app.roles = [];
      return ["parameters.json"];
    },
    code: 5,
    tells: [
      /: 403 Authorization_RequestDenied, Insufficient privileges to complete the operation\.$/m,
      /^ {2}The token has no application permission: none was consented to$/m,
      /^ {2}request-id: [0-9a-f-]{36}, client-request-id: [0-9a-f-]{36}, date: /m,
      /Fix: .*https:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}\/adminconsent\?client_id=[0-9a-f-]{36}$/m,
    ],
    requests: 2,
  },
  {
    given: "a throttle longer than its budget",
    args: ({ tenant }) => {
      tenant.reply(
        "graph",
        () => new Response("", { status: 429, headers: { "retry-after": "3600" } }),
      );
      return ["parameters.json"];
    },
    code: 75,
    tells: [/: 429, 1 attempt; run again in 3600 s \(after 20\d\d-.*Z\)$/m],
    requests: 2,
  },
  {
    given: "a port that nobody listens on",
    args: async (workspace) => [
      ...await config(workspace, { authority: `https://127.0.0.1:${closedPort()}/contoso.com` }),
      "--max-retries=0",
    ],
    code: 75,
    tells: [
      /^Error: Cannot reach 127\.0\.0\.1:\d+: .*Connection refused/m,
      /Fix: check the network, the proxy/,
    ],
  },
  {
    given: "a server that it does not trust",
    args: async (workspace) => {
      await workspace.write("ca.pem", (await makeServerCertificate()).certificate);
      return ["parameters.json"];
    },
    code: 2,
    tells: [
      /: invalid peer certificate: \w+$/m,
      /Fix: name the certificate of your CA or proxy in DENO_CERT/,
    ],
  },
  {
    given: "a DENO_CERT that is missing",
    args: () => ["parameters.json"],
    options: { env: { DENO_CERT: "no-such.pem" } },
    code: 2,
    tells: [
      /: Failed opening CA file: No such file/,
      /Fix: name the certificate of your CA or proxy/,
    ],
  },
  {
    given: "a DENO_CERT that is a folder",
    args: () => ["parameters.json"],
    options: { env: { DENO_CERT: "." } },
    code: 2,
    tells: [/certificate store: Is a directory/, /Fix: name the certificate of your CA or proxy/],
  },
  {
    given: "an endpoint on another host",
    args: () => ["parameters.json", "https://evil.example/v1.0/users"],
    code: 2,
    tells: [
      /ENDPOINT: found another host, "https:\/\/evil\.example", wanted a path such as \/users/,
    ],
  },
  {
    given: "a configured endpoint on another host",
    args: (workspace) => config(workspace, { endpoint: "https://evil.example/v1.0/users" }),
    code: 2,
    tells: [/"endpoint": found another host, "https:\/\/evil\.example"/],
  },
  {
    given: "an endpoint over http",
    args: (
      { tenant },
    ) => ["parameters.json", `${tenant.origin.replace("https", "http")}/v1.0/users`],
    code: 2,
    tells: [/ENDPOINT: found the scheme http/],
  },
  {
    given: "an endpoint with a user name",
    args: (
      { tenant },
    ) => ["parameters.json", `${tenant.origin.replace("//", "//me:pw@")}/v1.0/users`],
    code: 2,
    tells: [/ENDPOINT: found a user name in the URL/],
  },
  {
    given: "a host outside the permission set",
    args: (workspace) => config(workspace, { authority: "https://login.contoso.test/contoso.com" }),
    code: 2,
    tells: [
      /^Error: Cannot reach login\.contoso\.test:443: Deno does not allow it$/m,
      /Fix: .*--allow-net=login\.contoso\.test:443,127\.0\.0\.1:\d+/,
    ],
  },
  {
    given: "an unknown flag",
    args: () => ["parameters.json", "--scoop", "x"],
    code: 2,
    tells: [/unknown flag --scoop, did you mean --scope\?$/m, /Fix: see graph-daemon --help/],
  },
  {
    given: "a flag without a value",
    args: () => ["parameters.json", "--timeout"],
    code: 2,
    tells: [/--timeout has no value$/m],
  },
  {
    given: "a secret on the command line",
    args: ({ tenant }) => ["parameters.json", "--client-secret", tenant.app.secret],
    code: 2,
    tells: [
      /--client-secret does not exist, since other users see the arguments; set AZURE_CLIENT_SECRET/,
    ],
  },
]);

if (BINARY === undefined) {
  check([
    {
      given: "no permission flag, and no terminal",
      args: () => ["parameters.json"],
      options: { denoFlags: [] },
      code: 2,
      tells: [
        /^Error: Cannot read the environment: Deno does not allow it$/m,
        /Fix: run: deno run -P main\.ts/,
      ],
    },
    {
      given: "no permission to read",
      args: () => ["parameters.json"],
      options: { denoFlags: ["--allow-env"] },
      code: 2,
      tells: [
        /^Error: Cannot read "parameters\.json": Deno does not allow it$/m,
        /deno run -P main\.ts/,
      ],
    },
    {
      given: "an environment that is denied",
      args: () => ["parameters.json"],
      options: { denoFlags: ["--allow-read", "--deny-env"] },
      code: 2,
      tells: [/^Error: Cannot go on, Requires env access/m, /deno run -P main\.ts/],
    },
  ]);
}

Deno.test("main never sends the token to another origin than the configured one", async () => {
  await using workspace = await Workspace.open();
  await using stranger = await Tenant.start();
  await workspace.write("ca.pem", workspace.tenant.ca + stranger.ca);
  const elsewhere = `${stranger.origin}/v1.0/users`;
  strictEqual((await workspace.run(["parameters.json", elsewhere])).code, 2);
  for (const status of [301, 302, 303, 307, 308]) {
    const headers = { location: elsewhere };
    workspace.tenant.reply("graph", () => new Response(null, { status, headers }));
    strictEqual((await workspace.run(["parameters.json"])).code, 6);
    workspace.tenant.reply("token", () => new Response(null, { status, headers }));
    strictEqual((await workspace.run(["parameters.json"])).code, 4);
  }
  const value = [{ "@odata.nextLink": elsewhere }];
  workspace.tenant.reply("graph", () => Response.json({ value, "@odata.nextLink": elsewhere }));
  strictEqual((await workspace.run(["parameters.json"])).code, 0);
  strictEqual(stranger.connections, 0);
});
