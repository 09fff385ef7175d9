import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { VERSION } from "../lib/manual.ts";
import { thumbprintOf } from "./support/certificates.ts";
import { makeUser } from "./support/graph.ts";
import { BINARY, programCommand, run, start } from "./support/program.ts";
import { startProxy } from "./support/proxy.ts";
import { Tenant } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

/** The users as the emulated tenant sends them. */
function usersOf({ origin }: Tenant): unknown {
  return { "@odata.context": `${origin}/v1.0/$metadata#users`, value: [0, 1, 2].map(makeUser) };
}

Deno.test("main prints the users for the quickstart's parameters.json with a secret", async () => {
  await using workspace = await Workspace.open();
  const { code, stdout, stderr } = await workspace.run(["parameters.json"]);
  strictEqual(stderr, "");
  strictEqual(code, 0);
  deepStrictEqual(JSON.parse(stdout), usersOf(workspace.tenant));
  strictEqual(stdout, `${JSON.stringify(usersOf(workspace.tenant), null, 2)}\n`);
  deepStrictEqual(workspace.tenant.requests.map(({ method, url }) => `${method} ${url.pathname}`), [
    `POST /${workspace.tenant.app.tenantId}/oauth2/v2.0/token`,
    "GET /v1.0/users",
  ]);
});

for (const form of ["colons", "base64"]) {
  Deno.test(`main prints the users for the quickstart's certificate, thumbprint in ${form}`, async () => {
    await using workspace = await Workspace.open();
    const { tenant } = workspace;
    await workspace.write("server.pem", tenant.keys.privateKey);
    const hex = thumbprintOf(tenant.keys.certificate);
    const { secret: _, ...rest } = tenant.parameters;
    await workspace.write("parameters.json", {
      ...rest,
      thumbprint: form === "base64"
        ? Uint8Array.fromHex(hex).toBase64()
        : hex.replace(/..\B/g, "$&:"),
      private_key_file: "server.pem",
    });
    const { code, stdout, stderr } = await workspace.run(["parameters.json"]);
    deepStrictEqual([code, stderr], [0, ""]);
    deepStrictEqual(JSON.parse(stdout), usersOf(tenant));
  });
}

/** Before 2.8, Deno's node:crypto signs with PKCS#1 padding where PSS is asked for. */
const signsWrongly = /Deno 2\.[0-7]\./.test((await run(["--version"])).stdout);
if (signsWrongly) {
  const message = "\nSKIPPED: PS256 assertions, since this binary's Deno is older than 2.8\n";
  await Deno.stderr.write(new TextEncoder().encode(message));
}

Deno.test(
  "main takes a certificate file from the command line",
  { ignore: signsWrongly },
  async () => {
    await using workspace = await Workspace.open();
    const { keys } = workspace.tenant;
    await workspace.write("both.pem", keys.certificate + keys.privateKey);
    const { code, stderr } = await workspace.call({}, "--certificate", "both.pem");
    deepStrictEqual([code, stderr], [0, ""]);
    match(workspace.tenant.requests[0].body, /client_assertion=/);
  },
);

Deno.test("main makes two exchanges on two connections, whatever host the authority names", async () => {
  await using workspace = await Workspace.open();
  await using graph = await Tenant.start();
  await using proxy = startProxy();
  const { tenant, folder } = workspace;
  await workspace.write("ca.pem", tenant.ca + graph.ca);
  await workspace.write("parameters.json", {
    ...tenant.parameters,
    endpoint: `${graph.origin}/v1.0/users`,
  });
  const env = { DENO_CERT: `${folder}/ca.pem`, HTTPS_PROXY: proxy.url };
  const { code, stderr } = await run(["parameters.json"], { cwd: folder, env });
  deepStrictEqual([code, stderr], [0, ""]);
  deepStrictEqual([tenant.requests.length, graph.requests.length], [1, 1]);
  deepStrictEqual([tenant.connections, graph.connections], [1, 1]);
  deepStrictEqual(proxy.targets, [tenant, graph].map(({ origin }) => new URL(origin).host));
});

Deno.test("main goes past the proxy for the hosts in NO_PROXY", async () => {
  await using workspace = await Workspace.open();
  await using proxy = startProxy();
  const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1" };
  strictEqual((await workspace.run(["parameters.json"], { env })).code, 0);
  deepStrictEqual(proxy.targets, []);
});

Deno.test("main calls the endpoint of the command line, and tells of further pages", async () => {
  await using workspace = await Workspace.open();
  const { code, stdout, stderr } = await workspace.call({}, "/users?$top=2");
  strictEqual(code, 0);
  strictEqual(JSON.parse(stdout).value.length, 2);
  strictEqual(stderr, "Notice: This is the first page; --all reads them all\n");
});

Deno.test("main does with the environment, and with .env in the folder", async () => {
  await using workspace = await Workspace.open();
  const { app, origin, parameters } = workspace.tenant;
  const env = { AZURE_AUTHORITY_HOST: origin, AZURE_TENANT_ID: app.tenantId };
  await workspace.write(
    ".env",
    `AZURE_CLIENT_ID=${app.clientId}\nAZURE_CLIENT_SECRET='${app.secret}'\n` +
      `GRAPH_ENDPOINT=${parameters.endpoint}\nAZURE_TENANT_ID=not-this-one\n`,
  );
  const { code, stderr } = await workspace.run([], { env });
  deepStrictEqual([code, stderr], [0, ""]);
  await Deno.rename(`${workspace.folder}/.env`, `${workspace.folder}/other.env`);
  strictEqual((await workspace.run(["--env-file", "other.env"], { env })).code, 0);
  strictEqual((await workspace.run([], { env })).code, 2);
});

Deno.test("main tells when the environment overrides the config file", async () => {
  await using workspace = await Workspace.open();
  const env = { AZURE_CLIENT_SECRET: "wrong" };
  const { code, stderr } = await workspace.run(["parameters.json"], { env });
  strictEqual(code, 4);
  match(stderr, /^Notice: AZURE_CLIENT_SECRET of the environment overrides "parameters\.json"$/m);
});

Deno.test("main is silent about retries, unless it is verbose", async () => {
  await using workspace = await Workspace.open();
  const busy = () => new Response("", { status: 503, headers: { "retry-after": "0" } });
  workspace.tenant.reply("graph", busy);
  const { code, stderr } = await workspace.run(["parameters.json"]);
  deepStrictEqual([code, stderr], [0, ""]);
  workspace.tenant.reply("graph", busy);
  const lines = (await workspace.run(["parameters.json", "--verbose"])).stderr.split("\n");
  match(
    lines[0],
    /^POST https:.*\/oauth2\/v2\.0\/token\?client-request-id=…: 200 in \d+ ms, attempt 1$/,
  );
  match(lines[1], /^GET https:.*\/v1\.0\/users: 503 in \d+ ms, attempt 1$/);
  strictEqual(lines[2], "waiting 0 ms before attempt 2");
  match(lines[3], /^GET .*: 200 in \d+ ms, attempt 2, request-id [0-9a-f-]{36}$/);
});

Deno.test("main writes messages as JSON when told to", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.app.roles = [];
  const { code, stderr } = await workspace.call({}, "--log-format", "json", "--verbose");
  strictEqual(code, 5);
  const lines = stderr.trim().split("\n").map((line) => JSON.parse(line));
  deepStrictEqual(lines.map(({ level }) => level), ["detail", "detail", "error"]);
  const { code: kind, exitCode, status, graphCode } = lines[2];
  deepStrictEqual([kind, exitCode, status, graphCode], [
    "forbidden",
    5,
    403,
    "Authorization_RequestDenied",
  ]);
});

Deno.test("main prints nothing for an answer without content", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.reply("graph", () => new Response(null, { status: 204 }));
  deepStrictEqual(await workspace.run(["parameters.json"]), { code: 0, stdout: "", stderr: "" });
});

Deno.test("main prints an answer that is larger than a pipe holds", async () => {
  await using workspace = await Workspace.open();
  const value = Array.from({ length: 5_000 }, (_, n) => makeUser(n));
  workspace.tenant.reply("graph", () => Response.json({ value }));
  const { code, stdout } = await workspace.run(["parameters.json"]);
  strictEqual(code, 0);
  deepStrictEqual(JSON.parse(stdout), { value });
});

Deno.test("main ends quietly when its output is closed early", async () => {
  await using workspace = await Workspace.open();
  const value = Array.from({ length: 5_000 }, (_, n) => makeUser(n));
  workspace.tenant.reply("graph", () => Response.json({ value }));
  const env = { DENO_CERT: `${workspace.folder}/ca.pem` };
  const child = start(["parameters.json"], { cwd: workspace.folder, env });
  const reader = child.stdout.getReader();
  ok((await reader.read()).value);
  await reader.cancel();
  const stderr = await new Response(child.stderr).text();
  deepStrictEqual([(await child.status).code, stderr], [0, ""]);
});

Deno.test(
  "main tells when its output has no room",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    const command = ["-c", 'exec "$@" > /dev/full', "sh", ...programCommand(["--help"])];
    const { code, stderr } = await new Deno.Command("sh", { args: command }).output();
    strictEqual(code, 2);
    match(
      new TextDecoder().decode(stderr),
      /^Error: Cannot write to stdout: No space left on device/,
    );
  },
);

Deno.test("main prints the manual and the version", async () => {
  const help = await run(["--help", "--bogus"]);
  deepStrictEqual([help.code, help.stderr], [0, ""]);
  match(help.stdout, /^graph-daemon gets a token .*\n\nUsage: graph-daemon/);
  const version = await run(["--version"]);
  deepStrictEqual([version.code, version.stderr], [0, ""]);
  match(version.stdout, new RegExp(`^graph-daemon ${VERSION} \\(Deno \\d+\\.\\d+\\.\\d+\\)\n$`));
});

const NOT_COMPILED = { ignore: BINARY !== undefined };

Deno.test(
  "main loads no MSAL for manual, version and faults of settings",
  NOT_COMPILED,
  async () => {
    for (const args of [["--help"], ["--version"], ["--bogus"], [], ["missing.json"]]) {
      // MSAL looks for ProgramData when it is loaded, which the audit would list.
      const folder = await Deno.makeTempDir();
      const env = { DENO_AUDIT_PERMISSIONS: `${folder}/audit` };
      await run(args, { cwd: folder, env });
      ok(!(await Deno.readTextFile(`${folder}/audit`)).includes("ProgramData"));
      await Deno.remove(folder, { recursive: true });
    }
    await using workspace = await Workspace.open();
    const env = { DENO_AUDIT_PERMISSIONS: `${workspace.folder}/audit` };
    strictEqual((await workspace.run(["parameters.json"], { env })).code, 0);
    match(await Deno.readTextFile(`${workspace.folder}/audit`), /ProgramData/);
  },
);

Deno.test(
  "main runs as the README has it, with the permission set alone",
  NOT_COMPILED,
  async () => {
    await using workspace = await Workspace.open();
    const net = `--allow-net=${new URL(workspace.tenant.origin).host}`;
    const denoFlags = ["-P", net, "--no-prompt"];
    const { code, stderr } = await workspace.run(["parameters.json"], { denoFlags });
    deepStrictEqual([code, stderr], [0, ""]);
  },
);
