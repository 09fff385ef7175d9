import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { loadSettings, type SettingsInput } from "../lib/config.ts";
import { Log } from "../lib/log.ts";
import { CLIENT, ENV, GRAPH, load, QUICKSTART, TENANT, THUMBPRINT } from "./support/settings.ts";

Deno.test("loadSettings() reads the quickstart's parameters.json with a secret", async () => {
  const { settings, lines } = await load(QUICKSTART);
  strictEqual(settings.authority.url, QUICKSTART.authority);
  strictEqual(settings.cloud.name, "global");
  strictEqual(settings.clientId, CLIENT);
  deepStrictEqual(settings.scopes, QUICKSTART.scope);
  strictEqual(settings.endpoints[0].href, QUICKSTART.endpoint);
  ok(settings.credential.kind === "secret" && settings.credential.secret.reveal() === "s3cret");
  deepStrictEqual(lines, []);
});

Deno.test("loadSettings() reads the quickstart's parameters.json with a certificate", async () => {
  const { secret: _, ...rest } = QUICKSTART;
  const { settings } = await load({ ...rest, thumbprint: THUMBPRINT, private_key_file: "k.pem" });
  const { credential } = settings;
  ok(credential.kind === "certificate");
  deepStrictEqual(credential.thumbprint, { hash: "sha1", hex: THUMBPRINT });
  match(String(credential.privateKeyFile), /\/k\.pem$/);
});

Deno.test("loadSettings() reads comments and oidc_authority", async () => {
  const { authority: _, ...rest } = QUICKSTART;
  const oidc_authority = "https://login.contoso.com/t/v2.0";
  const text = JSON.stringify({ ...rest, authority: null, oidc_authority }, null, 1);
  const { settings } = await load(`// External ID\n${text} /* end */`);
  deepStrictEqual(settings.authority, {
    kind: "oidc",
    origin: "https://login.contoso.com",
    tenant: "t",
    url: oidc_authority,
  });
});

Deno.test("loadSettings() does with the environment alone", async () => {
  const { settings, lines } = await load(undefined, { env: ENV });
  strictEqual(settings.authority.url, QUICKSTART.authority);
  strictEqual(settings.endpoints[0].href, `${GRAPH}/v1.0/users`);
  deepStrictEqual(settings.scopes, [`${GRAPH}/.default`]);
  deepStrictEqual(lines, []);
});

Deno.test("loadSettings() lets flags beat the environment, .env and the file", async () => {
  const envFile = await Deno.makeTempFile();
  await Deno.writeTextFile(
    envFile,
    "AZURE_CLIENT_ID=dotenv\nAZURE_TENANT_ID=dotenv.com\nGRAPH_SCOPE=d",
  );
  const { settings, lines } = await load(QUICKSTART, {
    envFile,
    env: { AZURE_CLIENT_ID: "environment", AZURE_TENANT_ID: "environment.com" },
    flags: { "client-id": "flag", scope: [] },
  });
  await Deno.remove(envFile);
  strictEqual(settings.clientId, "flag");
  strictEqual(settings.authority.tenant, "environment.com");
  deepStrictEqual(settings.scopes, ["d"]);
  deepStrictEqual(lines.map((line) => line.replace(envFile, ".env")), [
    'Notice: AZURE_TENANT_ID, AZURE_CLIENT_ID of the environment overrides "c.json"',
    'Notice: AZURE_TENANT_ID, AZURE_CLIENT_ID, GRAPH_SCOPE of .env overrides "c.json"',
  ]);
});

Deno.test("loadSettings() takes the credential as a unit", async () => {
  const { settings } = await load(QUICKSTART, {
    env: { AZURE_CLIENT_CERTIFICATE_PATH: "e.pem", AZURE_CLIENT_SECRET: "" },
  });
  const { credential } = settings;
  ok(credential.kind === "certificate");
  strictEqual(credential.certificateFile, "e.pem");
});

Deno.test("loadSettings() takes the password of a key from any source", async () => {
  const { secret: _, ...rest } = QUICKSTART;
  const env = { AZURE_CLIENT_CERTIFICATE_PASSWORD: "pw" };
  const rows: [unknown, Partial<SettingsInput>][] = [
    [QUICKSTART, { env, flags: { certificate: "f.pem" } }],
    [{ ...rest, certificate_file: "c.pem" }, { env }],
    [{ ...rest, certificate_file: "c.pem", certificate_password: "other" }, { env }],
    [{ ...rest, certificate_file: "c.pem", certificate_password: "pw" }, {}],
  ];
  for (const [config, input] of rows) {
    const { settings: { credential } } = await load(config, input);
    ok(credential.kind === "certificate" && credential.password?.reveal() === "pw");
  }
});

Deno.test("loadSettings() tells of what overrides another kind of the same thing", async () => {
  const env = { ...ENV, AZURE_CLIENT_SECRET: "", AZURE_CLIENT_CERTIFICATE_PATH: "e.pem" };
  const { lines } = await load(QUICKSTART, { env });
  deepStrictEqual(lines, [
    'Notice: AZURE_CLIENT_CERTIFICATE_PATH of the environment overrides "c.json"',
  ]);
});

const CLOUDS: [Record<string, unknown>, Partial<SettingsInput>, string, string][] = [
  [
    {},
    { env: { ...ENV, GRAPH_CLOUD: "china" } },
    "china",
    "https://microsoftgraph.chinacloudapi.cn",
  ],
  [{}, { env: ENV, flags: { cloud: "usgov" } }, "usgov", "https://graph.microsoft.us"],
  [
    {},
    { env: { ...ENV, AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us/" } },
    "usgov",
    "https://graph.microsoft.us",
  ],
  [
    { authority: `https://login.microsoftonline.us/${TENANT}` },
    { env: { ...ENV, GRAPH_ENDPOINT: "https://dod-graph.microsoft.us/v1.0/users" } },
    "usgov-dod",
    "https://dod-graph.microsoft.us",
  ],
];

for (const [config, input, name, graph] of CLOUDS) {
  Deno.test(`loadSettings() finds the cloud ${name} by ${Object.keys(input)}`, async () => {
    const { settings } = await load(config, input);
    strictEqual(settings.cloud.name, name);
    strictEqual(settings.origin, graph);
    strictEqual(settings.authority.origin, settings.cloud.authority);
  });
}

const NO_PLACEHOLDERS: [Record<string, unknown>, string | undefined][] = [
  [{ secret: "{ab}" }, undefined],
  [{ secret: "a/null" }, undefined],
  [{ secret: "abc_here" }, undefined],
  [{ authority: "https://login.microsoftonline.com/your-move.onmicrosoft.com" }, "/me/todo"],
  [{ client_id: "client" }, "/users/your-file.json/x"],
  [
    { secret: undefined, certificate_file: "todo", certificate_password: "changeme" },
    "/users/{id}",
  ],
];

for (const [config, endpoint] of NO_PLACEHOLDERS) {
  Deno.test(`loadSettings() takes ${JSON.stringify(config)} and ${endpoint}`, async () => {
    ok(await load({ ...QUICKSTART, ...config }, { endpoints: [endpoint ?? []].flat() }));
    if (endpoint !== undefined) ok(await load({ ...QUICKSTART, ...config, endpoint }));
  });
}

const SAME: [Record<string, string>, number][] = [
  [{ AZURE_TENANT_ID: TENANT.toUpperCase() }, 0],
  [{ AZURE_TENANT_ID: TENANT.slice(-12) }, 1],
  [{ AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com/" }, 0],
  [{ AZURE_AUTHORITY_HOST: "login.microsoftonline.com" }, 0],
  [{ AZURE_AUTHORITY_HOST: "https://login.windows.net" }, 1],
];

for (const [env, notices] of SAME) {
  Deno.test(`loadSettings() gives ${notices} notices of ${JSON.stringify(env)}`, async () => {
    strictEqual((await load(QUICKSTART, { env })).lines.length, notices);
  });
}

Deno.test("loadSettings() warns of a secret in a file that every user can read", async () => {
  const folder = await Deno.makeTempDir();
  const configFile = `${folder}/c.json`;
  const envFile = `${folder}/.env`;
  await Deno.writeTextFile(configFile, JSON.stringify(QUICKSTART));
  await Deno.writeTextFile(envFile, "AZURE_CLIENT_SECRET='s3cret'");
  for (const [mode, count] of [[0o644, 2], [0o640, 0]]) {
    await Deno.chmod(configFile, mode);
    await Deno.chmod(envFile, mode);
    const lines: string[] = [];
    await loadSettings({ configFile, envFile, log: new Log((line) => lines.push(line)) });
    strictEqual(lines.length, count);
    for (const line of lines) {
      match(line, /^Warning: ".*" holds a secret and every user can read it/);
    }
  }
  await Deno.remove(folder, { recursive: true });
});
