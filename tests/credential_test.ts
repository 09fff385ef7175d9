import { createPrivateKey } from "node:crypto";
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";

import { type ClientCredential, loadCredential } from "../lib/credential.ts";
import type { CredentialSettings } from "../lib/credential_settings.ts";
import { ToolError } from "../lib/errors.ts";
import { Log } from "../lib/log.ts";
import { Secret } from "../lib/secret.ts";
import { readThumbprint } from "../lib/thumbprint.ts";
import { DAY, makeAppCertificate, thumbprintOf } from "./support/certificates.ts";
import { makeKeyFiles, openssl } from "./support/openssl.ts";

const folder = await Deno.makeTempDir();
await makeKeyFiles(folder);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

type Files = { certificate?: string; key?: string; thumbprint?: string; password?: string };

function settingsOf({ certificate, key, thumbprint, password }: Files): CredentialSettings {
  return {
    kind: "certificate",
    certificateFile: certificate && `${folder}/${certificate}`,
    privateKeyFile: key && `${folder}/${key}`,
    thumbprint: thumbprint === undefined ? undefined : readThumbprint(thumbprint),
    password: password === undefined ? undefined : new Secret(password),
  };
}

async function load(
  settings: CredentialSettings,
  now?: () => number,
): Promise<{ credential: ClientCredential; lines: string[] }> {
  const lines: string[] = [];
  const log = new Log((line) => lines.push(line.replaceAll(`${folder}/`, "")));
  return { credential: await loadCredential(settings, { log, now }), lines };
}

async function printOf(hash: "sha1" | "sha256"): Promise<string> {
  const output = await openssl(folder, `x509 -in cert.pem -noout -fingerprint -${hash}`);
  return output.trim().split("=")[1];
}

/** Every form of one pair, and the hash of the thumbprint that must come of it. */
const FORMS: [Files, "sha1" | "sha256"][] = [
  [{ certificate: "both.pem" }, "sha256"],
  [{ certificate: "bag.pem" }, "sha256"],
  [{ certificate: "chain.pem" }, "sha256"],
  [{ certificate: "cert.pem", key: "key.pem" }, "sha256"],
  [{ certificate: "cert.pem", key: "rsa.pem" }, "sha256"],
  [{ certificate: "cert.pem", key: "one-line.pem" }, "sha256"],
  [{ certificate: "cert.pem", key: "windows.pem" }, "sha256"],
  [{ certificate: "cert.pem", key: "encrypted.pem", password: "pa ss" }, "sha256"],
  [{ certificate: "cert.pem", key: "encrypted-rsa.pem", password: "pa ss" }, "sha256"],
  [{ certificate: "both.pem", password: "not needed" }, "sha256"],
  [{ key: "key.pem", thumbprint: await printOf("sha1") }, "sha1"],
  [{ key: "rsa.pem", thumbprint: await printOf("sha256") }, "sha256"],
  [{ key: "both.pem", thumbprint: await printOf("sha1") }, "sha256"],
  [{ certificate: "both.pem", thumbprint: await printOf("sha1") }, "sha256"],
  [{ certificate: "both.pem", thumbprint: await printOf("sha256") }, "sha256"],
];

for (const [files, hash] of FORMS) {
  Deno.test(`loadCredential() takes ${JSON.stringify(files)}`, async () => {
    const { credential, lines } = await load(settingsOf(files));
    ok(credential.kind === "certificate");
    const hex = (await printOf(hash)).replaceAll(":", "");
    deepStrictEqual(credential.thumbprint, { hash, hex });
    const expected = createPrivateKey(await Deno.readTextFile(`${folder}/key.pem`));
    ok(createPrivateKey(credential.privateKey.reveal()).equals(expected));
    deepStrictEqual(lines, []);
  });
}

const OTHER = "00".repeat(20);

const REFUSED: [Files, RegExp][] = [
  [{ certificate: "cert.pem" }, /"cert\.pem": it holds a public certificate, not the private key$/],
  [{ key: "cert.pem", thumbprint: OTHER }, /"cert\.pem": it holds a public certificate, not the/],
  [{ certificate: "key.pem" }, /"key\.pem": it holds a private key, not the public certificate$/],
  [
    { certificate: "key.pem", key: "key.pem" },
    /it holds a private key, not the public certificate$/,
  ],
  [{ certificate: "cert.pem", key: "public.pem" }, /found PUBLIC KEY, wanted a certificate or a/],
  [{ certificate: "cert.pem", key: "other.pem" }, /"other\.pem": its private key does not fit the/],
  [
    { certificate: "both.pem", thumbprint: OTHER },
    /thumbprint is [0-9A-F]{40}, and the settings say 0/,
  ],
  [{ certificate: "cert.pem", key: "ec.pem" }, /its private key is of type ec, wanted RSA$/],
  [{ certificate: "cert.pem", key: "short-key.pem" }, /has 1024 bits, wanted at least 2048$/],
  [{ certificate: "cert.pem", key: "encrypted.pem" }, /is encrypted, and no password is given$/],
  [
    { certificate: "cert.pem", key: "encrypted-rsa.pem" },
    /is encrypted, and no password is given$/,
  ],
  [
    { certificate: "cert.pem", key: "encrypted.pem", password: "no" },
    /cannot be decrypted with the/,
  ],
  [{ certificate: "cert.pem", key: "old.pem", password: "pa ss" }, /cannot be decrypted with the/],
  [{ certificate: "cert.pem", key: "broken-key.pem" }, /its private key is damaged$/],
  [{ certificate: "broken-cert.pem" }, /a certificate in it is damaged$/],
  [{ certificate: "text.pem" }, /found no PEM, wanted a certificate or a private key in PEM$/],
  [{ certificate: "pair.pfx" }, /Cannot read "pair\.pfx": not UTF-8 text$/],
  [{ certificate: "missing.pem" }, /Cannot read "missing\.pem": file does not exist$/],
  [{ certificate: "." }, /Cannot read "\.": it is a folder$/],
];

for (const [files, pattern] of REFUSED) {
  Deno.test(`loadCredential() refuses ${JSON.stringify(files)}`, async () => {
    await rejects(load(settingsOf(files)), (error) => {
      ok(error instanceof ToolError);
      strictEqual(error.code, "config");
      match(error.message.replaceAll(`${folder}/`, ""), pattern);
      ok(!Deno.inspect(error).includes("PRIVATE KEY-----"));
      return true;
    });
  });
}

Deno.test("loadCredential() tells how to encrypt a key in a way that Deno reads", async () => {
  const settings = settingsOf({ certificate: "cert.pem", key: "old.pem", password: "pa ss" });
  await rejects(load(settings), { hint: /openssl pkcs8 -topk8/ });
});

Deno.test("loadCredential() warns of a certificate in its last 30 days, and refuses it after", async () => {
  const pair = await makeAppCertificate({ days: 20 });
  const path = `${folder}/short.pem`;
  await Deno.writeTextFile(path, pair.certificate + pair.privateKey, { mode: 0o600 });
  const { credential, lines } = await load(settingsOf({ certificate: "short.pem" }));
  ok(credential.kind === "certificate");
  strictEqual(credential.thumbprint.hex, thumbprintOf(pair.certificate, "sha256"));
  match(
    lines.join(),
    /^Warning: The certificate in "short\.pem" ends on .*, in (19|20) days: make a new/,
  );
  const later = () => Date.now() + 21 * DAY;
  await rejects(load(settingsOf({ certificate: "short.pem" }), later), {
    code: "config",
    message: /its certificate ended on /,
  });
});

Deno.test("loadCredential() reads a secret's file but for its line end", async () => {
  const path = `${folder}/secret`;
  const rows: [string, string | RegExp][] = [
    ["s3~cret \n", "s3~cret "],
    ["s3cret\r\n", "s3cret"],
    ["", /it is empty, wanted the value/],
    ["\n", /it is empty/],
    ["one\ntwo\n", /it has more than one line/],
  ];
  for (const [text, expected] of rows) {
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    const loading = load({ kind: "secret_file", file: path });
    if (expected instanceof RegExp) {
      await rejects(loading, { code: "config", message: expected });
      continue;
    }
    const { credential, lines } = await loading;
    ok(credential.kind === "secret");
    strictEqual(credential.secret.reveal(), expected);
    deepStrictEqual(lines, []);
  }
});

Deno.test("loadCredential() warns of a key or a secret that others can read", async () => {
  const path = `${folder}/open.pem`;
  await Deno.copyFile(`${folder}/both.pem`, path);
  await Deno.chmod(path, 0o644);
  const warning =
    'Warning: "open.pem" holds a secret and every user can read it; run: chmod 600 "open.pem"';
  deepStrictEqual((await load(settingsOf({ certificate: "open.pem" }))).lines, [warning]);
  await Deno.writeTextFile(path, "s3cret");
  deepStrictEqual((await load({ kind: "secret_file", file: path })).lines, [warning]);
});

Deno.test("loadCredential() warns of a secret that looks like its ID", async () => {
  const secret = new Secret("6c1bada0-4944-497c-95c2-5bbaeaa88ccc");
  const { lines } = await load({ kind: "secret", secret });
  match(lines.join(), /^Warning: The client secret looks like a secret's ID/);
});
