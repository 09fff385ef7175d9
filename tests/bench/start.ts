/**
 * Measures how long it takes from start to first page, and to a message that needs no network.
 *
 * @module
 */

import { BINARY } from "../support/program.ts";
import { Bed } from "./bed.ts";
import { compare, DENO, type Measured, print, printHeading, program } from "./pairs.ts";

/** Two processes of curl, and what a shell script would do with the first one's answer. */
const CURL = `
token=$(curl -sS "$AUTHORITY/oauth2/v2.0/token" --cacert "$DENO_CERT" -d grant_type=client_credentials \\
  -d client_id="$CLIENT_ID" --data-urlencode client_secret="$SECRET" -d scope="$SCOPE" |
  sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -sS "$ENDPOINT" --cacert "$DENO_CERT" -H "Authorization: Bearer $token"`;

/** Measures with so many pairs. */
export async function measureStart(runs: number): Promise<void> {
  await using bed = await Bed.open();
  const { parameters } = bed;
  const env = {
    ...bed.env,
    AUTHORITY: parameters.authority,
    CLIENT_ID: parameters.client_id,
    SECRET: parameters.secret,
    SCOPE: parameters.scope[0],
    ENDPOINT: parameters.endpoint,
  };
  const config = `${bed.folder}/parameters.json`;
  const wrong = await bed.write("wrong.json", '{ "clientid": "x" }');
  const empty = { command: [...DENO, await bed.write("empty.ts", "")] };
  const bare = { command: [...DENO, "-A", `${import.meta.dirname}/bare.ts`, config] };
  const curl = { command: ["sh", "-c", CURL] };
  const rows: [string, Measured, Measured][] = [
    ["--help / empty script", { command: program("--help") }, empty],
    ["--version / empty script", { command: program("--version") }, empty],
    [
      "config file missing / empty script",
      { command: program(`${bed.folder}/missing.json`), code: 2 },
      empty,
    ],
    ["unknown key in config / empty script", { command: program(wrong), code: 2 }, empty],
    ["first page / bare fetch script", { command: program(config) }, bare],
    ["first page / curl", { command: program(config) }, curl],
  ];
  printHeading(`Start: medians of ${runs} pairs`);
  for (const [name, a, b] of rows) await compare(`deno run, ${name}`, { a, b, env, runs });
  if (BINARY === undefined) {
    return print(
      "SKIPPED: the compiled binary; name one in PROGRAM_UNDER_TEST (deno task compile)",
    );
  }
  const binary = { command: [BINARY, config] };
  await compare("compiled, first page / bare fetch script", { a: binary, b: bare, env, runs });
  await compare("compiled, first page / curl", { a: binary, b: curl, env, runs });
}
