/**
 * The table of bad input: what an operator may give, and the exit code and message that must come of
 * it. No row prints a stack trace or a secret.
 *
 * @module
 */

import { equal, match, ok } from "node:assert/strict";

import {
  DAY,
  makeAppCertificate,
  makeServerCertificate,
  thumbprintOf,
} from "./support/certificates.ts";
import { closedPort } from "./support/closed_port.ts";
import { BINARY, type RunOptions, type RunResult } from "./support/program.ts";
import { hang, type Reply, reset, Tenant } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

interface Row {
  /** What is given. */
  given: string;
  /** Prepares the workspace, and gives the arguments. */
  args: (workspace: Workspace) => string[] | Promise<string[]>;
  options?: RunOptions;
  code: number;
  /** What stderr must tell, each on its own. */
  tells: RegExp[];
  /** How many requests may go out. @default {0} */
  requests?: number;
}

function outputOf({ stdout, stderr }: RunResult): string {
  return stdout + stderr;
}

/** A stack frame, or what Deno prints before one. */
const STACK = /^\s+at .*:\d+|Uncaught|stack backtrace/im;

function check(rows: readonly Row[]): void {
  for (const { given, args, options, code, tells, requests = 0 } of rows) {
    Deno.test(`main given ${given} exits with ${code}`, async () => {
      await using workspace = await Workspace.open();
      const { tenant } = workspace;
      const result = await workspace.run(await args(workspace), options);
      equal(result.code, code, result.stderr);
      equal(result.stdout, "");
      for (const pattern of tells) match(result.stderr, pattern);
      ok(!STACK.test(outputOf(result)), result.stderr);
      ok(!outputOf(result).includes(tenant.app.secret), result.stderr);
      equal(tenant.requests.length, requests);
    });
  }
}

/** Writes parameters.json with some members replaced; those that are undefined are left out. */
async function config(workspace: Workspace, members: Record<string, unknown>): Promise<string[]> {
  const parameters = { ...workspace.tenant.parameters, ...members };
  return [await workspace.write("parameters.json", parameters)];
}

async function configText(workspace: Workspace, text: string): Promise<string[]> {
  await workspace.write("parameters.json", text);
  return ["parameters.json"];
}

check([
  {
    given: "nothing",
    args: () => [],
    code: 2,
    tells: [
      /3 faults/,
      /"client_id"/,
      /"tenant_id"/,
      /credential/,
      /Fix: name a config file .*AZURE_.*\.env/,
    ],
  },
  {
    given: "a file that is missing",
    args: () => ["missing.json"],
    code: 2,
    tells: [/^Error: Cannot read "missing\.json": file does not exist$/m],
  },
  {
    given: "a folder",
    args: async ({ folder }) => {
      await Deno.mkdir(`${folder}/d.json`);
      return ["d.json"];
    },
    code: 2,
    tells: [/^Error: Cannot read "d\.json": it is a folder$/m],
  },
  {
    given: "a file in what is no folder",
    args: () => ["ca.pem/x.json"],
    code: 2,
    tells: [/^Error: Cannot read "ca\.pem\/x\.json": .*ot a directory/m],
  },
  {
    given: "a file of another encoding",
    args: async ({ folder }) => {
      await Deno.writeFile(`${folder}/u.json`, new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]));
      return ["u.json"];
    },
    code: 2,
    tells: [/^Error: Cannot read "u\.json": not UTF-8 text$/m, /Fix: save the file as UTF-8/],
  },
  {
    given: "a file that is not JSON",
    args: (workspace) => configText(workspace, '{\n  "client_id": "x"\n  "secret": "y"\n}'),
    code: 2,
    tells: [/^Error: Cannot read "parameters\.json": not JSON at line 3, column 3$/m],
  },
  {
    given: "JSON that is no object",
    args: (workspace) => configText(workspace, "[]"),
    code: 2,
    tells: [/^Error: Cannot read "parameters\.json": found an empty list, wanted a JSON object$/m],
  },
  {
    given: "wrong types, empty strings, an unknown key and a short thumbprint, all at once",
    args: (workspace) =>
      config(workspace, {
        client_id: 5,
        scope: "",
        clientid: "x",
        thumbprint: "790E",
        secret: undefined,
      }),
    code: 2,
    tells: [
      /^Error: Cannot use the settings: 4 faults$/m,
      /parameters\.json, "clientid": found an unknown key, wanted "client_id"$/m,
      /parameters\.json, "client_id": found a number, wanted the application \(client\) ID/m,
      /parameters\.json, "scope": found an empty string, wanted a scope/m,
      /parameters\.json, "thumbprint": found 4 characters, wanted a certificate's SHA-1/m,
    ],
  },
  {
    given: "the quickstart's placeholders",
    args: (workspace) =>
      config(workspace, {
        authority: "https://login.microsoftonline.com/Enter_the_Tenant_Name_Here",
        client_id: "your_client_id",
      }),
    code: 2,
    tells: [
      /"authority": found the placeholder/,
      /"client_id": found the placeholder "your_client_id"/,
    ],
  },
  {
    given: "both credentials",
    args: (workspace) => config(workspace, { thumbprint: "00".repeat(20), private_key_file: "k" }),
    code: 2,
    tells: [/"secret" and "private_key_file": found 2 credentials, wanted one of them$/m],
  },
  {
    given: "a secret file that is missing",
    args: (workspace) => config(workspace, { secret: undefined, secret_file: "no-secret" }),
    code: 2,
    tells: [/^Error: Cannot read ".*\/no-secret": file does not exist$/m],
  },
  {
    given: "the secret itself as the name of its file",
    args: (workspace) =>
      config(workspace, { secret: undefined, secret_file: workspace.tenant.app.secret }),
    code: 2,
    tells: [/^Error: Cannot read ".*\/…": file does not exist$/m],
  },
  {
    given: "a public certificate as the key",
    args: async (workspace) => {
      await workspace.write("cert.pem", workspace.tenant.keys.certificate);
      const thumbprint = thumbprintOf(workspace.tenant.keys.certificate);
      return await config(workspace, {
        secret: undefined,
        thumbprint,
        private_key_file: "cert.pem",
      });
    },
    code: 2,
    tells: [/cert\.pem": it holds a public certificate, not the private key$/m],
  },
  {
    given: "a certificate that is over",
    args: async (workspace) => {
      const pair = await makeAppCertificate({ days: -2 });
      await workspace.write("both.pem", pair.certificate + pair.privateKey);
      return await config(workspace, { secret: undefined, certificate_file: "both.pem" });
    },
    code: 2,
    tells: [
      new RegExp(
        `its certificate ended on ${new Date(Date.now() - 2 * DAY).toISOString().slice(0, 8)}`,
      ),
    ],
  },
]);

const ENV_FILES: [string, string, RegExp][] = [
  [
    "an unquoted $",
    "AZURE_CLIENT_SECRET=a$b",
    /"?\.env"?, line 1, AZURE_CLIENT_SECRET: found an unquoted \$/,
  ],
  ["A=$A", "AZURE_CLIENT_ID=$AZURE_CLIENT_ID", /line 1, AZURE_CLIENT_ID: found an unquoted \$/],
  [
    "A=$A of others",
    "A=$A",
    /^Warning: "\.env", line 1, A: found an unquoted \$, wanted the value in/m,
  ],
  ["# in a value", "\nAZURE_CLIENT_SECRET=a#b", /line 2, AZURE_CLIENT_SECRET: found an unquoted #/],
];

check(ENV_FILES.map(([given, text, pattern]) => ({
  given: `.env with ${given}`,
  args: async (workspace) => {
    await workspace.write(".env", text);
    return [];
  },
  code: 2,
  tells: [pattern, /wanted the value in single quotes/],
})));

const TOKEN_REFUSALS: [string, (workspace: Workspace) => Record<string, unknown>, number][] = [
  ["a wrong secret", () => ({ secret: "wrong" }), 7000215],
  ["an unknown app", () => ({ client_id: "unknown" }), 700016],
  ["an unknown tenant", ({ tenant }) => ({ authority: `${tenant.origin}/nobody.example` }), 90002],
  ["a wrong scope", () => ({ scope: ["User.Read.All"] }), 1002012],
  ["a scope of an unknown resource", () => ({ scope: "https://x.example/.default" }), 500011],
  ["an expired secret", ({ tenant }) => {
    tenant.app.secretExpired = true;
    return {};
  }, 7000222],
];

check(TOKEN_REFUSALS.map(([given, prepare, number]) => ({
  given,
  args: (workspace) => config(workspace, prepare(workspace)),
  code: 4,
  tells: [
    new RegExp(`^Error: Cannot get a token: .* \\(AADSTS${number}\\)$`, "m"),
    /^ {2}error: \w+$/m,
    new RegExp(`^ {2}error_description: AADSTS${number}: `, "m"),
    /^ {2}correlation_id: [0-9a-f-]{36}$/m,
    /^ {2}Fix: \w/m,
  ],
  requests: 1,
})));

check([{
  given: "a key that is not registered",
  args: async (workspace) => {
    const { tenant } = workspace;
    tenant.app.certificates = [];
    await workspace.write("both.pem", tenant.keys.certificate + tenant.keys.privateKey);
    return await config(workspace, { secret: undefined, certificate_file: "both.pem" });
  },
  code: 4,
  tells: [/\(AADSTS700027\)$/m, /Fix: upload the public certificate/],
  requests: 1,
}]);

/** Nobody has to wait before the next attempt. */
const headers: HeadersInit = { "retry-after": "0" };

function graphError(status: number, code: string): Reply {
  return () => Response.json({ error: { code, message: "no" } }, { status, headers });
}

const html: HeadersInit = { "content-type": "text/html" };

const SERVICE_FAULTS: [string, "token" | "graph", Reply, number, RegExp, number][] = [
  [
    "404",
    "graph",
    graphError(404, "Request_ResourceNotFound"),
    3,
    /: 404 Request_ResourceNotFound, no$/m,
    2,
  ],
  ["400", "graph", graphError(400, "Request_BadRequest"), 6, /: 400 Request_BadRequest, no$/m, 2],
  ["409", "graph", graphError(409, "Conflict"), 6, /: 409 Conflict, no$/m, 2],
  [
    "429",
    "graph",
    graphError(429, "TooManyRequests"),
    75,
    /: 429 TooManyRequests, no, 2 attempts; run again/,
    3,
  ],
  [
    "503",
    "graph",
    graphError(503, "serviceNotAvailable"),
    75,
    /: 503 serviceNotAvailable, no, 2 attempts/,
    3,
  ],
  ["a reset", "graph", reset, 75, /^Error: Cannot reach 127\.0\.0\.1:\d+: .*, 2 attempts$/m, 3],
  ["no answer", "graph", hang, 75, /: no whole answer within 1 s, 2 attempts$/m, 3],
  [
    "503 for a token",
    "token",
    () => new Response("", { status: 503, headers }),
    75,
    /answered: 503, 2 attempts/,
    2,
  ],
  ["no answer for a token", "token", hang, 75, /: no whole answer within 1 s, 2 attempts$/m, 2],
  [
    "HTML",
    "graph",
    () => new Response("<html>Hi", { headers: html }),
    75,
    /\/users: answered 200 \(text\/html\), not JSON[^]*begins: "<html>Hi"/,
    2,
  ],
  [
    "HTML for a token",
    "token",
    () => new Response("<html>Hi", { headers: html }),
    75,
    /token\?.* answered 200 \(text\/html\)[^]*begins: "<html>Hi"/,
    1,
  ],
  [
    "broken JSON",
    "graph",
    () => new Response('{"value":[{', { headers: { "content-type": "application/json" } }),
    75,
    /not JSON[^]*begins: "\{"value":\[\{"/,
    2,
  ],
  [
    "broken JSON for a token",
    "token",
    () => new Response("{"),
    75,
    /not the JSON of a token service[^]*begins: "\{"/,
    1,
  ],
  [
    "200 without JSON",
    "graph",
    () => new Response(""),
    6,
    /answered 200 \(text\/plain;charset=UTF-8\), not JSON/,
    2,
  ],
  [
    "200 without a token",
    "token",
    () => Response.json({}),
    4,
    /answered without a usable access_token$/m,
    1,
  ],
  [
    "a Location elsewhere",
    "graph",
    () => Response.redirect("https://evil.example/x"),
    6,
    /: 302 to https:\/\/evil\.example, not followed$/m,
    2,
  ],
  [
    "a Location elsewhere for a token",
    "token",
    () => Response.redirect("https://evil.example/x", 307),
    4,
    /redirects to https:\/\/evil\.example, not followed$/m,
    1,
  ],
];

check(SERVICE_FAULTS.map(([given, service, reply, code, pattern, requests]) => ({
  given: `${given} by the service`,
  args: ({ tenant }) => {
    tenant.reply(service, reply, reply);
    const timeout = reply === hang ? "1" : "30";
    return ["parameters.json", "--max-retries", "1", "--timeout", timeout];
  },
  code,
  tells: [pattern],
  requests,
})));

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
  equal((await workspace.run(["parameters.json", elsewhere])).code, 2);
  for (const status of [301, 302, 303, 307, 308]) {
    const headers = { location: elsewhere };
    workspace.tenant.reply("graph", () => new Response(null, { status, headers }));
    equal((await workspace.run(["parameters.json"])).code, 6);
    workspace.tenant.reply("token", () => new Response(null, { status, headers }));
    equal((await workspace.run(["parameters.json"])).code, 4);
  }
  const value = [{ "@odata.nextLink": elsewhere }];
  workspace.tenant.reply("graph", () => Response.json({ value, "@odata.nextLink": elsewhere }));
  equal((await workspace.run(["parameters.json"])).code, 0);
  equal(stranger.connections, 0);
});
