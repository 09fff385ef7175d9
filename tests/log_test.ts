import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { ToolError } from "../lib/errors.ts";
import { Log, type LogOptions } from "../lib/log.ts";

function recorded(options: LogOptions): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const log = new Log((line) => lines.push(line), { now: () => 0, ...options });
  return { log, lines };
}

const FAILURE = new ToolError("no_token", "Cannot get a token: refused", {
  hint: "ask",
  details: ["one", "two"],
  facts: { aadsts: 7000215 },
});

Deno.test("Log writes errors with details and fix", () => {
  const { log, lines } = recorded({ quiet: true });
  log.failure(FAILURE);
  deepStrictEqual(lines, ["Error: Cannot get a token: refused", "  one", "  two", "  Fix: ask"]);
});

Deno.test("Log writes one JSON object a line when told to", () => {
  const { log, lines } = recorded({ format: "json" });
  log.failure(FAILURE);
  log.notice("more");
  deepStrictEqual(lines.map((line) => JSON.parse(line)), [
    {
      time: "1970-01-01T00:00:00.000Z",
      level: "error",
      message: "Cannot get a token: refused",
      code: "no_token",
      exitCode: 4,
      hint: "ask",
      details: ["one", "two"],
      aadsts: 7000215,
    },
    { time: "1970-01-01T00:00:00.000Z", level: "notice", message: "more" },
  ]);
});

Deno.test("Log shows details when verbose, and nothing but errors when quiet", () => {
  const levels: [LogOptions, string][] = [
    [{}, "Warning: w;Notice: n"],
    [{ verbose: true }, "Warning: w;Notice: n;d"],
    [{ quiet: true }, ""],
  ];
  for (const [options, expected] of levels) {
    const { log, lines } = recorded(options);
    log.warning("w");
    log.notice("n");
    log.detail("d");
    strictEqual(lines.join(";"), expected);
  }
});

Deno.test("Log keeps a service's text on one line and out of the terminal's control", () => {
  const { log, lines } = recorded({});
  log.warning("a\r\nb\x1b[31mc\x9b31m");
  deepStrictEqual(lines, ["Warning: a b [31mc 31m"]);
});

Deno.test("Log calls what nobody expected a bug, without a stack", () => {
  const { log, lines } = recorded({});
  log.failure(new RangeError("too far"));
  log.failure("thrown text");
  deepStrictEqual(lines, [
    "Error: Cannot go on: unexpected fault, please report it (RangeError: too far)",
    "Error: Cannot go on: unexpected fault, please report it (thrown text)",
  ]);
});

Deno.test("Log stamps the JSON format with the real clock by default", () => {
  const lines: string[] = [];
  const before = Date.now();
  new Log((line) => lines.push(line), { format: "json" }).notice("x");
  const time = Date.parse(JSON.parse(lines[0]).time);
  ok(time >= before && time <= Date.now());
});
