/**
 * The rules of the house that can be counted: floors, sizes, permissions, and documents that name
 * what exists.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { FLAGS } from "../lib/command_line.ts";
import { EXIT_CODES } from "../lib/errors.ts";
import { MANUAL, VERSION } from "../lib/manual.ts";
import { SETTING_NAMES, VARIABLES } from "../lib/settings_table.ts";

const ROOT = `${import.meta.dirname}/..`;

const MAX_FILE_LINES = 250;

/** From the ground up; a file imports from floors below its own only. */
const FLOORS: readonly (readonly string[])[] = [
  [
    "aadsts",
    "body",
    "challenge",
    "curl",
    "errors",
    "format",
    "json",
    "nearest",
    "odata",
    "retry",
    "secret",
    "settings_table",
    "sink",
    "thumbprint",
    "unseen",
  ],
  ["cloud", "fields", "flags", "http_failure", "log", "permissions", "progress", "query", "redact"],
  ["endpoint", "files", "output_file", "standard_streams", "writer"],
  ["sources", "http", "json_writer", "delimited_writer", "table_writer"],
  ["config_file", "env_file", "credential_settings", "pem", "command_line", "output"],
  ["config", "credential"],
  ["msal", "msal_options", "token_answer"],
  ["token"],
  ["graph_refusal"],
  ["graph_answer"],
  ["download_answer"],
  ["graph"],
  ["graph_request", "manual", "pages", "session", "transfer"],
  ["delivery"],
  ["commands/request"],
  ["main"],
];

/** Which file may use which package; every other import is a file of ours, or of Deno. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@std/cli/parse-args": ["flags"],
  "@std/cli/unstable-progress-bar": ["progress"],
  "@std/dotenv/parse": ["env_file"],
  "@azure/msal-node": ["msal", "token"],
  "@aws-lambda-powertools/jmespath": ["query"],
  "csv-stringify/sync": ["delimited_writer"],
  "string-width": ["table_writer"],
};

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(`${ROOT}/${path}`);
}

async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...await listFiles(path));
    else if (/\.c?ts$/.test(name)) files.push(path);
  }
  return files.toSorted();
}

const SOURCES = ["main.ts", ...await listFiles("lib")];

function roomOf(path: string): string {
  return path.replace(/^lib\//, "").replace(/\.c?ts$/, "");
}

function importsOf(text: string): string[] {
  const code = text.replaceAll(/^\s*\*.*$/gm, "");
  return [...code.matchAll(/(?:from|import|import\(|require\()\s*"([^"]+)"/g)].map(([_, name]) =>
    name
  );
}

Deno.test("every file has its floor", () => {
  deepStrictEqual(SOURCES.map(roomOf).toSorted(), FLOORS.flat().toSorted());
});

for (const path of SOURCES) {
  Deno.test(`${path} imports from lower floors only`, async () => {
    const room = roomOf(path);
    const floor = FLOORS.findIndex((rooms) => rooms.includes(room));
    for (const name of importsOf(await read(path))) {
      if (name.startsWith("node:")) continue;
      if (!name.startsWith(".")) {
        ok(PACKAGES[name]?.includes(room), `${path} imports ${name}`);
        continue;
      }
      const target = roomOf(new URL(name, `file:///${path}`).pathname.slice(1));
      const below = FLOORS.findIndex((rooms) => rooms.includes(target));
      ok(
        below >= 0 && below < floor,
        `${path} (floor ${floor}) imports ${target} (floor ${below})`,
      );
    }
  });
}

for (const path of [...SOURCES, ...await listFiles("tests")]) {
  Deno.test(`${path} is not too long`, async () => {
    const { length } = (await read(path)).trimEnd().split("\n");
    ok(length <= MAX_FILE_LINES, `${length} lines`);
  });
}

Deno.test("lib uses neither arguments, environment, exit nor console", async () => {
  for (const path of await listFiles("lib")) {
    const code = (await read(path)).replaceAll(/^\s*(\*|\/\/).*$/gm, "");
    strictEqual(/Deno\.(args|env|exit)|console\./.exec(code)?.[0], undefined, path);
  }
});

Deno.test("the permission set holds no more than the program reads and reaches", async () => {
  const { permissions, version } = JSON.parse(await read("deno.json"));
  const { env, net, read: reads, write, ...rest } = permissions.default;
  deepStrictEqual(rest, {});
  deepStrictEqual([reads, write, env.ignore], [true, true, true]);
  deepStrictEqual(env.allow.toSorted(), VARIABLES.toSorted());
  ok(Array.isArray(net) && net.every((host) => /^[\w.*-]+\.(com|us|cn|ms):443$/.test(host)));
  strictEqual(version, VERSION);
});

Deno.test("the imports that stand in for JSR are those of deno.json", async () => {
  const { imports } = JSON.parse(await read("deno.json"));
  const standIns = JSON.parse(await read("tests/support/imports.json")).imports;
  for (const [name, target] of Object.entries<string>(imports)) {
    if (target.startsWith("npm:")) strictEqual(standIns[name], target);
    else ok(Object.keys(standIns).some((key) => key.startsWith(`${name}/`)), name);
  }
});

Deno.test("README, manual and .env.example name every setting, flag and exit code", async () => {
  const [readme, example] = await Promise.all([read("README.md"), read(".env.example")]);
  for (const variable of VARIABLES) {
    ok(new RegExp(`^#? ?${variable}=`, "m").test(example), `.env.example: ${variable}`);
    ok(readme.includes(`\`${variable}\``), `README: ${variable}`);
    ok(MANUAL.includes(variable), `manual: ${variable}`);
  }
  for (const name of SETTING_NAMES) {
    if (name === "authority_host") continue;
    ok(readme.includes(`\`${name}\``), `README: ${name}`);
    ok(MANUAL.includes(`"${name}"`), `manual: ${name}`);
  }
  for (const flag of FLAGS) ok(readme.includes(`--${flag}`), `README: --${flag}`);
  for (const code of new Set([0, 1, ...Object.values(EXIT_CODES)])) {
    ok(new RegExp(`^\\| ${code} +\\|`, "m").test(readme), `README: exit code ${code}`);
  }
});
