import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { type CommandLine, FLAGS, parseCommandLine } from "../lib/command_line.ts";
import { MANUAL } from "../lib/manual.ts";

Deno.test("parseCommandLine() reads every flag", () => {
  const { line, error } = parseCommandLine([
    ...["parameters.json", "/users", "--tenant-id", "t", "--client-id=c", "--cloud", "china"],
    ...["--certificate", "c.pem", "--scope", "a", "--scope=b", "--env-file", "e", "--verbose"],
    ...["--timeout", "1.5", "--max-retries", "0", "--max-wait", "7", "--log-format", "json"],
    ...["--all", "--max-items", "9", "--no-cae", "--dry-run", "-o", "csv", "-q", "[*].id"],
    ...["--output-file", "f", "--guard-formulas", "-H", "A: b", "--header=C: d=e", "-X", "get"],
    ...["-f", "a=b=c", "-F", "d[]=1", "--select", "id", "--filter", "a eq 'b'"],
    ...["--top", "5", "--orderby", "id", "--search", "x", "--expand", "y", "--count"],
  ]);
  strictEqual(error, undefined);
  deepStrictEqual(line, {
    help: false,
    version: false,
    dryRun: true,
    configFile: "parameters.json",
    endpoints: ["/users"],
    envFile: "e",
    flags: {
      "tenant-id": "t",
      "client-id": "c",
      cloud: "china",
      certificate: "c.pem",
      scope: ["a", "b"],
    },
    request: {
      method: "GET",
      headers: ["A: b", "C: d=e"],
      input: undefined,
      rawFields: ["a=b=c"],
      typedFields: ["d[]=1"],
      odata: {
        select: "id",
        filter: "a eq 'b'",
        top: 5,
        orderby: "id",
        search: "x",
        expand: "y",
        count: true,
      },
    },
    all: { maxItems: 9 },
    output: { format: "csv", query: "[*].id", file: "f", include: false, guardFormulas: true },
    cae: false,
    http: { timeout: 1_500, maxWait: 7_000, maxRetries: 0 },
    log: { verbose: true, quiet: false, format: "json" },
  });
});

Deno.test("parseCommandLine() asks for one GET of the first page as JSON by default", () => {
  const { request, all, output, cae } = parseCommandLine([]).line;
  deepStrictEqual([request.method, request.odata.count, all, cae], [
    "GET",
    undefined,
    undefined,
    true,
  ]);
  strictEqual(output.format, "json");
});

const JOINED: [string[], (line: CommandLine) => unknown, unknown][] = [
  [["-XPOST"], ({ request }) => request.method, "POST"],
  [["-X=PUT"], ({ request }) => request.method, "PUT"],
  [["-ondjson"], ({ output }) => output.format, "ndjson"],
  [["-Hx_y: 1"], ({ request }) => request.headers, ["x_y: 1"]],
  [["-fa_b=c=d"], ({ request }) => request.rawFields, ["a_b=c=d"]],
  [["-Fa[b]=1", "-F", "c=@-"], ({ request }) => request.typedFields, ["a[b]=1", "c=@-"]],
  [["-qvalue[?x_y=='1']"], ({ output }) => output.query, "value[?x_y=='1']"],
  [["--input=-"], ({ request }) => request.input, "-"],
  [["--output-file", "-"], ({ output }) => output.file, "-"],
  [["-i"], ({ output }) => output.include, true],
  [["--paginate"], ({ all }) => all, { maxItems: Infinity }],
  [["--max-items", "1"], ({ all }) => all, { maxItems: 1 }],
  [["-f", "a=b"], ({ request }) => request.method, "POST"],
  [["--", "-Xfoo"], ({ endpoints }) => endpoints, ["-Xfoo"]],
  [["/a", "/b"], ({ endpoints }) => endpoints, ["/a", "/b"]],
];

for (const [args, read, value] of JOINED) {
  Deno.test(`parseCommandLine() reads ${args.join(" ")}`, () => {
    const { line, error } = parseCommandLine(args);
    strictEqual(error, undefined);
    deepStrictEqual(read(line), value);
  });
}

Deno.test("parseCommandLine() takes a URL for the endpoint whatever it ends in", () => {
  const { line } = parseCommandLine(["c.JSONC", "https://graph.microsoft.com/v1.0/a.json"]);
  strictEqual(line.configFile, "c.JSONC");
  deepStrictEqual(line.endpoints, ["https://graph.microsoft.com/v1.0/a.json"]);
});

Deno.test("parseCommandLine() knows -h, numbers as endpoints, and nothing at all", () => {
  ok(parseCommandLine(["-h"]).line.help);
  deepStrictEqual(parseCommandLine(["123"]).line.endpoints, ["123"]);
  strictEqual(parseCommandLine([]).error, undefined);
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
  [["--method", "FETCH"], '--method is "FETCH", wanted GET, HEAD, POST, PUT, PATCH, DELETE'],
  [["-o", "xml"], '--output is "xml", wanted json or ndjson or csv or tsv or table or none'],
  [["--max-items", "0"], '--max-items is "0", wanted a whole number from 1 to 1000000000'],
  [["--top", "many"], '--top is "many", wanted a whole number from 1 to 1000000000'],
  [["--all", "-X", "POST"], "--all goes with GET, not POST"],
  [["--all", "-i"], "--all does not go with --include"],
  [["/a", "/b", "-X", "DELETE"], "several endpoints go with GET, not DELETE"],
  [["-X", "GET", "--input", "-"], "--input does not go with GET"],
  [["--all=no", "--dry-run=0"], "--all takes no value; --dry-run takes no value"],
  [["--guard-formulas"], "--guard-formulas goes with --output csv or tsv"],
  [["--input"], "--input has no value"],
];

for (const [args, fault] of FAULTS) {
  Deno.test(`parseCommandLine() refuses ${args.join(" ")}`, () => {
    const { error } = parseCommandLine(args);
    strictEqual(error?.code, "usage");
    strictEqual(error?.message, `Cannot read the command line: ${fault}`);
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
  // The examples show flags of curl, too.
  const text = MANUAL.replace(/^Examples:[^]*^Settings/m, "");
  const shown = new Set([...text.matchAll(/--([a-z-]+)/g)].map(([_, name]) => name));
  deepStrictEqual([...shown].toSorted(), [...FLAGS, "paginate"].toSorted());
});
