import { deepEqual, equal, match, ok } from "node:assert/strict";

import { FLAGS, parseCommandLine } from "../lib/command_line.ts";
import { MANUAL } from "../lib/manual.ts";

Deno.test("parseCommandLine() reads every flag", () => {
  const { line, error } = parseCommandLine([
    ...["parameters.json", "/users", "--tenant-id", "t", "--client-id=c", "--cloud", "china"],
    ...["--certificate", "c.pem", "--scope", "a", "--scope=b", "--env-file", "e", "--verbose"],
    ...["--timeout", "1.5", "--max-retries", "0", "--max-wait", "7", "--log-format", "json"],
  ]);
  equal(error, undefined);
  deepEqual(line, {
    help: false,
    version: false,
    configFile: "parameters.json",
    endpoint: "/users",
    envFile: "e",
    flags: {
      "tenant-id": "t",
      "client-id": "c",
      cloud: "china",
      certificate: "c.pem",
      scope: ["a", "b"],
    },
    http: { timeout: 1_500, maxWait: 7_000, maxRetries: 0 },
    log: { verbose: true, quiet: false, format: "json" },
  });
});

Deno.test("parseCommandLine() takes a URL for the endpoint whatever it ends in", () => {
  const { line } = parseCommandLine(["c.JSONC", "https://graph.microsoft.com/v1.0/a.json"]);
  equal(line.configFile, "c.JSONC");
  equal(line.endpoint, "https://graph.microsoft.com/v1.0/a.json");
});

Deno.test("parseCommandLine() knows -h, numbers as endpoints, and nothing at all", () => {
  ok(parseCommandLine(["-h"]).line.help);
  equal(parseCommandLine(["123"]).line.endpoint, "123");
  equal(parseCommandLine([]).error, undefined);
});

const FAULTS: [string[], string][] = [
  [["--scoop", "x"], "unknown flag --scoop, did you mean --scope?"],
  [["--max-retry=3"], "unknown flag --max-retry, did you mean --max-retries?"],
  [["--xyzzy"], "unknown flag --xyzzy"],
  [["-z"], "unknown flag -z"],
  [["-zyx=1"], "unknown flag -z"],
  [["--_=x"], "unknown flag of that form"],
  [["-_"], "unknown flag of that form"],
  [["-h_", "-_=x"], "unknown flag of that form"],
  [["-=_"], "unknown flag of that form"],
  [["parameters.json", ""], "an argument is empty"],
  [["--timeout"], "--timeout has no value"],
  [["--timeout="], "--timeout has no value"],
  [["--timeout", "--verbose"], "--timeout has no value"],
  [["--scope", "a", "--scope", ""], "--scope has no value"],
  [["--timeout", "soon"], '--timeout is "soon", wanted seconds from 0.1 to 86400'],
  [["--timeout", "0"], '--timeout is "0", wanted seconds from 0.1 to 86400'],
  [["--max-wait", "1e9"], '--max-wait is "1e9", wanted seconds from 0 to 86400'],
  [["--max-retries", "1.5"], '--max-retries is "1.5", wanted a whole number from 0 to 100'],
  [["--log-format", "xml"], '--log-format is "xml", wanted text or json'],
  [["a.json", "b.json"], 'two of config file, "a.json" and "b.json"'],
  [["/users", "/groups"], 'two of endpoint, "/users" and "/groups"'],
];

for (const [args, fault] of FAULTS) {
  Deno.test(`parseCommandLine() refuses ${args.join(" ")}`, () => {
    const { error } = parseCommandLine(args);
    equal(error?.code, "usage");
    equal(error?.message, `Cannot read the command line: ${fault}`);
  });
}

Deno.test("parseCommandLine() never repeats a secret", () => {
  for (
    const args of [["--secret", "p4ss"], ["--client-secret=p4ss"], ["--password", "p4ss"], [
      "-p4ss",
    ]]
  ) {
    const { error, line } = parseCommandLine(args);
    match(String(error?.message), /does not exist, since other users see|unknown flag -p$/);
    ok(!Deno.inspect({ error, line }, { depth: 9 }).includes("p4ss"));
  }
});

Deno.test("parseCommandLine() tells all faults at once", () => {
  const { error } = parseCommandLine(["--timeout", "x", "--bogus"]);
  match(String(error?.message), /--bogus.*; .*--timeout/);
});

Deno.test("the manual shows every flag and no other", () => {
  const shown = new Set([...MANUAL.matchAll(/--([a-z-]+)/g)].map(([_, name]) => name));
  deepEqual([...shown].toSorted(), [...FLAGS].toSorted());
});
