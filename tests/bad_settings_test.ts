/**
 * The table of bad input, part one: settings and their files.
 *
 * @module
 */

import { check, config, configText } from "./support/bad_input.ts";
import { DAY, makeAppCertificate, thumbprintOf } from "./support/certificates.ts";

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
