/**
 * The table of faults, part three: links and data.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";

import { edited } from "./support/faults.ts";
import { type FaultRow, walk } from "./support/fault_table.ts";
import type { Tenant } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

const LINKS: [string, (tenant: Tenant) => string, RegExp, number][] = [
  [
    "elsewhere",
    () => "https://evil.example/v1.0/users",
    /leads to https:\/\/evil\.example, and/,
    2,
  ],
  [
    "http",
    ({ origin }) => `${origin.replace("https", "http")}/v1.0/users`,
    /leads to http:\/\//,
    2,
  ],
  ["repeated", ({ requests }) => requests[2].url.href, /was followed before/, 2],
  ["back to the first page", ({ requests }) => requests[1].url.href, /was followed before/, 2],
];

walk(LINKS.map(([given, link, tells, requests]): FaultRow => ({
  given: `a nextLink ${given}`,
  replies: (tenant) => [edited((body) => ({ ...body, "@odata.nextLink": link(tenant) }))],
  code: 6,
  lines: 2,
  tells: [/^Error: Cannot go on after the page .*\/users\?\$top=1&\$skiptoken=…: /m, tells],
  requests,
})));

walk([
  ["value missing", () => ({}), /: the answer has no "value"$/m],
  ["value no array", () => ({ value: {} }), /: "value" is no array$/m],
].map(([given, body, tells]) => ({
  given: given as string,
  replies: [edited(body as () => unknown)],
  code: 6,
  tells: [/^Error: Cannot read the pages of .*\/users/m, tells as RegExp],
  requests: 2,
})));

const TEXTS: [string, string][] = [
  ["a string of 10 MiB", "x".repeat(10 * 1_048_576)],
  ["emoji", "👩‍🚀👍🏽 é ｅ"],
  ["right-to-left text", "\u202eשלום\u202c مرحبا"],
  ["NUL and other control characters", "a\0b\x1b[31m\r\n\t\x7f\u2028"],
  ["half a surrogate pair", "a\ud800b"],
];

for (const format of ["json", "ndjson"]) {
  for (const [given, displayName] of TEXTS) {
    Deno.test(`main keeps ${given} as it is in ${format}`, async () => {
      await using workspace = await Workspace.open();
      const { tenant } = workspace;
      tenant.userCount = 4;
      tenant.directory.names = [displayName];
      const args = ["parameters.json", "/users?$top=3", "--all", "-o", format];
      const { code, stdout, stderr } = await workspace.run(args);
      deepStrictEqual([code, stderr], [0, ""]);
      const text = format === "json" ? stdout : `{"value":[${stdout.trim().split("\n")}]}`;
      strictEqual(JSON.parse(text).value[3].displayName, displayName);
    });
  }
}
