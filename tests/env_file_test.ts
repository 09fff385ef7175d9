import { deepStrictEqual, strictEqual } from "node:assert/strict";

import { readEnvFile, scanEnvFile } from "../lib/env_file.ts";
import { Log } from "../lib/log.ts";

const SILENT = new Log(() => {});

const READ: [string, string | undefined][] = [
  ["AZURE_CLIENT_SECRET=plain~._-8Q", "plain~._-8Q"],
  ["AZURE_CLIENT_SECRET='a$b#c\\d'", "a$b#c\\d"],
  ["AZURE_CLIENT_SECRET='a' # comment", "a"],
  ['AZURE_CLIENT_SECRET="a$b#c"', "a$b#c"],
  ["  export AZURE_CLIENT_SECRET = 'x'", "x"],
  ["\ufeffAZURE_CLIENT_SECRET=x\r\nOTHER=1\r\n", "x"],
  ["AZURE_CLIENT_SECRET=1\nAZURE_CLIENT_SECRET=2", "2"],
  ["# AZURE_CLIENT_SECRET=x", undefined],
  ["AZURE_CLIENT_SECRET=", undefined],
  ["AZURE_CLIENT_SECRET=''", undefined],
  ["OTHER='\nAZURE_CLIENT_SECRET=inside\n'", undefined],
  ["A=$A\nB=${B:-$A}\nAZURE_CLIENT_SECRET=x", "x"],
  ["no assignment here\nAZURE_CLIENT_SECRET=x", "x"],
];

for (const [text, secret] of READ) {
  Deno.test(`readEnvFile() reads ${JSON.stringify(text)}`, async () => {
    const path = await Deno.makeTempFile();
    await Deno.writeTextFile(path, text);
    const { entries } = await readEnvFile(path, SILENT);
    await Deno.remove(path);
    strictEqual(entries.secret?.value, secret);
    strictEqual(entries.secret?.found, undefined);
  });
}

const HAZARDS: [string, string][] = [
  ["AZURE_CLIENT_SECRET=a$b", "an unquoted $"],
  ["AZURE_CLIENT_ID=$AZURE_CLIENT_ID", "an unquoted $"],
  ["AZURE_CLIENT_ID=${X}", "an unquoted $"],
  ["AZURE_CLIENT_SECRET=a#b", "an unquoted #"],
  ["AZURE_CLIENT_SECRET=a #b", "an unquoted #"],
  ["AZURE_CLIENT_SECRET='a'b", "text behind the closing quote"],
  ["AZURE_CLIENT_SECRET='a", "a quote that is not closed"],
  ['AZURE_CLIENT_SECRET="a', "a quote that is not closed"],
  ["AZURE_CLIENT_SECRET=`a`", "a backtick"],
  ['AZURE_CLIENT_SECRET="a\\"b"', "a backslash in double quotes"],
  ['AZURE_CLIENT_CERTIFICATE_PATH="C:\\new\\cert.pem"', "a backslash in double quotes"],
];

for (const [text, found] of HAZARDS) {
  Deno.test(`scanEnvFile() finds ${found} in ${text}`, () => {
    const name = text.slice(0, text.indexOf("="));
    deepStrictEqual(scanEnvFile(`\n${text}\n`).hazards, [{ name, line: 2, found }]);
  });
}

Deno.test("scanEnvFile() only warns of a variable of others", () => {
  deepStrictEqual(scanEnvFile("A=$A\nAZURE_TENANT_ID=x # my own"), {
    statements: ["AZURE_TENANT_ID=x # my own"],
    hazards: [],
    warnings: ["line 1, A: found an unquoted $, wanted the value in single quotes"],
  });
});
