import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";

import { loadSettings, type Settings, type SettingsInput } from "../lib/config.ts";
import { ToolError } from "../lib/errors.ts";
import { Log } from "../lib/log.ts";

const TENANT = "6c1bada0-4944-497c-95c2-5bbaeaa88ccc";
const CLIENT = "3122bdef-d615-4d3d-a59c-0d0edcc2a0a7";
const THUMBPRINT = "A94A8FE5CCB19BA61C4C0873D391E987982FBBD3";
const GRAPH = "https://graph.microsoft.com";

/** The quickstart's parameters.json with real values. */
const QUICKSTART = {
  note: "configure either authority or oidc_authority",
  authority: `https://login.microsoftonline.com/${TENANT}`,
  oidc_authority: null,
  client_id: CLIENT,
  scope: [`${GRAPH}/.default`],
  secret: "s3cret",
  endpoint: `${GRAPH}/v1.0/users`,
};

const ENV = {
  AZURE_TENANT_ID: TENANT,
  AZURE_CLIENT_ID: CLIENT,
  AZURE_CLIENT_SECRET: "from the environment",
};

interface Loaded {
  settings: Settings;
  lines: string[];
}

/** Loads settings with a config file of this content, in a folder of its own. */
async function load(config: unknown, input: Partial<SettingsInput> = {}): Promise<Loaded> {
  const folder = await Deno.makeTempDir();
  const lines: string[] = [];
  const configFile = config === undefined ? undefined : `${folder}/c.json`;
  if (configFile !== undefined) {
    const text = typeof config === "string" ? config : JSON.stringify(config);
    await Deno.writeTextFile(configFile, text, { mode: 0o600 });
  }
  try {
    const log = new Log((line) => lines.push(line.replaceAll(`${folder}/`, "")));
    return { settings: await loadSettings({ configFile, log, ...input }), lines };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Gives the faults of settings, each without the file's folder. */
async function faultsOf(config: unknown, input: Partial<SettingsInput> = {}): Promise<string[]> {
  let faults: string[] = [];
  await rejects(load(config, input), (error) => {
    ok(error instanceof ToolError && error.code === "config");
    const [, only] = /^Cannot use the settings: (.*)/.exec(error.message) ?? [];
    faults = (error.details.length > 0 ? error.details : [only ?? error.message])
      .map((line) => line.replace(/\/[^ ,"]*\/(?=c\.json)/g, ""));
    return true;
  });
  return faults;
}

Deno.test("loadSettings() reads the quickstart's parameters.json with a secret", async () => {
  const { settings, lines } = await load(QUICKSTART);
  equal(settings.authority.url, QUICKSTART.authority);
  equal(settings.cloud.name, "global");
  equal(settings.clientId, CLIENT);
  deepEqual(settings.scopes, QUICKSTART.scope);
  equal(settings.endpoint.href, QUICKSTART.endpoint);
  ok(settings.credential.kind === "secret" && settings.credential.secret.reveal() === "s3cret");
  deepEqual(lines, []);
});

Deno.test("loadSettings() reads the quickstart's parameters.json with a certificate", async () => {
  const { secret: _, ...rest } = QUICKSTART;
  const { settings } = await load({ ...rest, thumbprint: THUMBPRINT, private_key_file: "k.pem" });
  const { credential } = settings;
  ok(credential.kind === "certificate");
  deepEqual(credential.thumbprint, { hash: "sha1", hex: THUMBPRINT });
  match(String(credential.privateKeyFile), /\/k\.pem$/);
});

Deno.test("loadSettings() reads comments and oidc_authority", async () => {
  const { authority: _, ...rest } = QUICKSTART;
  const oidc_authority = "https://login.contoso.com/t/v2.0";
  const text = JSON.stringify({ ...rest, authority: null, oidc_authority }, null, 1);
  const { settings } = await load(`// External ID\n${text} /* end */`);
  deepEqual(settings.authority, {
    kind: "oidc",
    origin: "https://login.contoso.com",
    tenant: "t",
    url: oidc_authority,
  });
});

Deno.test("loadSettings() does with the environment alone", async () => {
  const { settings, lines } = await load(undefined, { env: ENV });
  equal(settings.authority.url, QUICKSTART.authority);
  equal(settings.endpoint.href, `${GRAPH}/v1.0/users`);
  deepEqual(settings.scopes, [`${GRAPH}/.default`]);
  deepEqual(lines, []);
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
  equal(settings.clientId, "flag");
  equal(settings.authority.tenant, "environment.com");
  deepEqual(settings.scopes, ["d"]);
  deepEqual(lines.map((line) => line.replace(envFile, ".env")), [
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
  equal(credential.certificateFile, "e.pem");
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
  deepEqual(lines, ['Notice: AZURE_CLIENT_CERTIFICATE_PATH of the environment overrides "c.json"']);
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
    equal(settings.cloud.name, name);
    equal(settings.endpoint.origin, graph);
    equal(settings.authority.origin, settings.cloud.authority);
  });
}

const FAULTY: [string, Record<string, unknown>, RegExp[]][] = [
  ["an unknown key", { clientid: "x" }, [
    /^c\.json, "clientid": found an unknown key, wanted "client_id"$/,
  ]],
  ["a key like no other", { banana: "x" }, [
    /"banana": found an unknown key, wanted one of authority, /,
  ]],
  ["a wrong type", { secret: 5 }, [/"secret": found a number, wanted the value/]],
  ["an object", { client_id: {} }, [/"client_id": found an object/]],
  ["null", { client_id: null }, [/"client_id": found null/]],
  ["an empty list", { scope: [] }, [/"scope": found an empty list/]],
  ["a list of numbers", { scope: [1] }, [/"scope": found a list/]],
  ["an empty string", { client_id: " " }, [/"client_id": found an empty string/]],
  ["an empty scope", { scope: ["a", ""] }, [/"scope": found an empty string/]],
  ["the quickstart's placeholders", {
    authority: "https://login.microsoftonline.com/Enter_the_Tenant_Id_Here",
    client_id: "your_client_id",
    secret: "Enter_the_Client_Secret_Here",
  }, [
    /"authority": found the placeholder "https:.*Here", wanted the authority's URL/,
    /"client_id": found the placeholder "your_client_id", wanted the application \(client\) ID/,
    /"secret": found a placeholder, wanted the value of a client secret/,
  ]],
  ["the sample's placeholders", {
    secret: "The secret generated by AAD during your confidential app registration",
    client_id: "00000000-0000-0000-0000-000000000000",
  }, [/"client_id": found the placeholder/, /"secret": found a placeholder/]],
  ["both credentials", { thumbprint: THUMBPRINT, private_key_file: "k.pem" }, [
    /^c\.json, "secret" and "private_key_file": found 2 credentials, wanted one of them$/,
  ]],
  ["secret and secret_file", { secret_file: "s" }, [/"secret" and "secret_file": found 2/]],
  ["both authorities", { oidc_authority: "https://login.contoso.com" }, [
    /"authority" and "oidc_authority": found both, wanted one of them, and null for the other$/,
  ]],
  ["two tenants", { tenant_id: "other.com" }, [
    /"tenant_id": found another tenant than in "authority"/,
  ]],
  ["a shared tenant", { authority: "https://login.microsoftonline.com/common" }, [
    /"authority": found the shared tenant "common"/,
  ]],
  ["an authority over http", { authority: "http://127.0.0.1/t" }, [
    /"authority": found the scheme http/,
  ]],
  ["an unknown cloud", { cloud: "mars" }, [/"cloud": found "mars", wanted global, usgov/]],
  ["an authority of another cloud", { cloud: "china" }, [
    /"cloud": found "china", but the authority https:\/\/login\.microsoftonline\.com/,
  ]],
  ["an endpoint elsewhere", { endpoint: "https://evil.example/users" }, [
    /"endpoint": found another host, "https:\/\/evil\.example"/,
  ]],
  ["README's own template", {
    authority: "https://login.microsoftonline.com/TENANT",
    client_id: "CLIENT_ID",
  }, [
    /"authority": found the placeholder/,
    /"client_id": found the placeholder "CLIENT_ID"/,
  ]],
  ["a variable that nobody replaced", { client_id: "${CLIENT_ID}", secret: "$(SECRET)" }, [
    /"client_id": found the placeholder/,
    /"secret": found a placeholder/,
  ]],
  ["another name of a key", { client_secret: "x" }, [
    /"client_secret": found an unknown key, wanted "secret"$/,
  ]],
  ["broken Unicode", { secret: "s3cret\ud800" }, [/"secret": found broken Unicode/]],
  ["a host that is none", { authority: "https://login..contoso.com/t" }, [
    /"authority": found no host name/,
  ]],
  ["an endpoint over http", { endpoint: "http://graph.microsoft.com" }, [/found the scheme http/]],
];

for (const [name, config, patterns] of FAULTY) {
  Deno.test(`loadSettings() refuses ${name}`, async () => {
    const faults = await faultsOf({ ...QUICKSTART, ...config });
    equal(faults.length, patterns.length, faults.join("\n"));
    patterns.forEach((pattern, index) => match(faults[index], pattern));
    ok(!faults.join().includes("s3cret"));
  });
}

const OIDC = { ...QUICKSTART, authority: null, oidc_authority: "https://login.contoso.com/t" };

for (
  const env of [{ AZURE_TENANT_ID: "other.com" }, {
    AZURE_AUTHORITY_HOST: "login.microsoftonline.us",
  }]
) {
  Deno.test(`loadSettings() refuses ${Object.keys(env)} beside oidc_authority`, async () => {
    const faults = await faultsOf(OIDC, { env });
    equal(faults.length, 1);
    match(faults[0], /"oidc_authority": found it beside AZURE_\w+ of the environment, wanted/);
  });
}

Deno.test("loadSettings() never shows a key that was given in the place of its file", async () => {
  const pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
  const env = { ...ENV, AZURE_CLIENT_SECRET: "", AZURE_CLIENT_CERTIFICATE_PATH: pem };
  const faults = await faultsOf(undefined, { env });
  match(
    faults.join(),
    /AZURE_CLIENT_CERTIFICATE_PATH: found PEM text, not the name of a file, wanted/,
  );
  ok(!faults.join().includes("MIIE"));
});

Deno.test("loadSettings() refuses a tenant that leads elsewhere, and drops a line end", async () => {
  const [fault] = await faultsOf(undefined, { env: { ...ENV, AZURE_TENANT_ID: "t/../x" } });
  match(fault, /AZURE_TENANT_ID: found neither an ID nor a domain/);
  const { settings } = await load(undefined, { env: { ...ENV, AZURE_CLIENT_ID: `${CLIENT}\n` } });
  equal(settings.clientId, CLIENT);
});

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
    ok(await load({ ...QUICKSTART, ...config }, { endpoint }));
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
    equal((await load(QUICKSTART, { env })).lines.length, notices);
  });
}

Deno.test("loadSettings() finds the placeholder of a path", async () => {
  const faults = await faultsOf({
    ...QUICKSTART,
    secret: undefined,
    secret_file: "<path to secret>",
  });
  match(faults.join(), /"secret_file": found the placeholder "<path to secret>"/);
});

const { secret: _secret, ...WITHOUT_CREDENTIAL } = QUICKSTART;

const HALF_CERTIFICATES: [Record<string, unknown>, RegExp][] = [
  [
    { thumbprint: THUMBPRINT },
    /"thumbprint": found it alone, wanted "private_key_file" beside it$/,
  ],
  [{ private_key_file: "k.pem" }, /"private_key_file": found it alone, wanted "thumbprint" or/],
  [{ thumbprint: "790E12", private_key_file: "k.pem" }, /"thumbprint": found 6 characters, wanted/],
  [{}, /^all sources, credential: found nothing, wanted "secret", /],
];

for (const [config, pattern] of HALF_CERTIFICATES) {
  Deno.test(`loadSettings() refuses the credential ${Object.keys(config)}`, async () => {
    const faults = await faultsOf({ ...WITHOUT_CREDENTIAL, ...config });
    equal(faults.length, 1);
    match(faults[0], pattern);
  });
}

Deno.test("loadSettings() names the three ways when nothing is given", async () => {
  await rejects(load(undefined), (error) => {
    ok(error instanceof ToolError);
    match(String(error.hint), /parameters\.json.*AZURE_TENANT_ID.*\.env file/);
    equal(error.details.length, 3);
    match(
      error.details.join(),
      /"client_id", AZURE_CLIENT_ID.*"tenant_id", AZURE_TENANT_ID.*"secret"/,
    );
    return true;
  });
});

Deno.test("loadSettings() tells the faults of all sources at once", async () => {
  const envFile = await Deno.makeTempFile();
  await Deno.writeTextFile(envFile, "AZURE_CLIENT_SECRET=a$b");
  const faults = await faultsOf({ scoop: 1 }, {
    envFile,
    env: { GRAPH_CLOUD: "mars" },
    endpoint: "http://x",
  });
  await Deno.remove(envFile);
  deepEqual(faults.map((fault) => /, ("?\w+"?.*): found/.exec(fault)?.[1]), [
    '"scoop"',
    "line 1, AZURE_CLIENT_SECRET",
    '"client_id", AZURE_CLIENT_ID or --client-id',
    '"authority" or "tenant_id", AZURE_TENANT_ID or --tenant-id',
    "GRAPH_CLOUD",
    "ENDPOINT",
  ]);
});

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
    equal(lines.length, count);
    for (const line of lines) {
      match(line, /^Warning: ".*" holds a secret and every user can read it/);
    }
  }
  await Deno.remove(folder, { recursive: true });
});

const UNREADABLE: [string, RegExp][] = [
  ["[1]", /found a list, wanted a JSON object/],
  ["null", /found null, wanted a JSON object/],
  ['"text"', /found a string, wanted a JSON object/],
  ['{"secret": p4ss}', /not JSON at line 1, column 12/],
  ['\ufffe{"secret": "p4ss"}', /not JSON at line 1, column 1/],
];

for (const [text, pattern] of UNREADABLE) {
  Deno.test(`loadSettings() refuses the file ${JSON.stringify(text)}`, async () => {
    const [message] = await faultsOf(text);
    match(message, pattern);
    ok(!message.includes("p4ss"));
  });
}
