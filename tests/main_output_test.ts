/**
 * What the program writes, and where to: formats, queries, and files.
 *
 * @module
 */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";

import { edited, onPage } from "./support/faults.ts";
import { makeUser } from "./support/graph.ts";
import { Workspace } from "./support/workspace.ts";

const FIRST_PAGE = "Notice: This is the first page; --all reads them all\n";
const IDS = [0, 1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`);

const TWO = ["/users?$top=2", "--select", "displayName,id"];

/** Rows of two columns in each format. */
const EXAMPLES: Record<string, (rows: [string, string][]) => string> = {
  csv: (rows) => ["displayName,id", ...rows.map((row) => row.join())].join("\r\n") + "\r\n",
  tsv: (rows) => [["displayName", "id"], ...rows].map((row) => `${row.join("\t")}\n`).join(""),
  ndjson: (rows) =>
    rows.map(([displayName, id]) => `${JSON.stringify({ displayName, id })}\n`).join(""),
  table: (rows) =>
    [["displayName", "id"], ["-".repeat(15), "-".repeat(36)], ...rows]
      .map(([name, id]) => `${name.padEnd(15)}  ${id}\n`).join(""),
  none: () => "",
};

for (const [format, expected] of Object.entries(EXAMPLES)) {
  Deno.test(`main writes the first page and all pages as ${format}`, async () => {
    await using workspace = await Workspace.open();
    const rows = IDS.map((id, n): [string, string] => [String(makeUser(n).displayName), id]);
    const first = await workspace.run(["parameters.json", ...TWO, "-o", format]);
    // The width of a column is that of the widest name, which is on the second page.
    const page = expected(rows.slice(0, 2)).replaceAll(/^(-{11}|.{11})(-{4}| {4}) {2}/gm, "$1  ");
    deepStrictEqual(first, { code: 0, stdout: page, stderr: FIRST_PAGE });
    const all = await workspace.run(["parameters.json", ...TWO, "-o", format, "--all"]);
    deepStrictEqual(all, { code: 0, stdout: expected(rows), stderr: "" });
    const pages = workspace.tenant.requests.filter(({ method }) => method === "GET");
    strictEqual(pages.length, 3);
  });
}

Deno.test("main writes the first page and all pages as one document of JSON", async () => {
  await using workspace = await Workspace.open();
  const users = [0, 1, 2].map(makeUser);
  const context = `${workspace.tenant.origin}/v1.0/$metadata#users`;
  const first = await workspace.run(["parameters.json", "/users?$top=2"]);
  const { "@odata.nextLink": link, ...rest } = JSON.parse(first.stdout);
  match(link, /skiptoken=2$/);
  deepStrictEqual(rest, { "@odata.context": context, value: users.slice(0, 2) });
  strictEqual(first.stderr, FIRST_PAGE);
  const all = await workspace.run(["parameters.json", "/users?$top=2", "--all"]);
  const whole = { "@odata.context": context, value: users };
  deepStrictEqual(all, { code: 0, stdout: `${JSON.stringify(whole, null, 2)}\n`, stderr: "" });
});

const CUTS: [string, string, number, string][] = [
  ["1", "1 item", 1, "the page has more"],
  ["2", "2 items", 1, "there is another page"],
  ["3", "", 2, "there are no more"],
];

for (const [most, told, pages, why] of CUTS) {
  Deno.test(`main stops after ${most} items with --max-items when ${why}`, async () => {
    await using workspace = await Workspace.open();
    const args = ["parameters.json", "/users?$top=2", "--max-items", most, "-o", "ndjson"];
    const { code, stdout, stderr } = await workspace.run(args);
    strictEqual(code, 0);
    strictEqual(stdout.trim().split("\n").length, Number(most));
    const notice = `Notice: Stopped after ${told}, as --max-items asks; there may be more\n`;
    strictEqual(stderr, told === "" ? "" : notice);
    strictEqual(workspace.tenant.requests.length, 1 + pages);
  });
}

const NAMES = ["Adèle Vance", "Alex Wilber", "Diego Siciliani"];

const QUERIES: [string, string[], string][] = [
  [
    "one user's bare text",
    ["/users/user0@contoso.example", "-q", "displayName", "-o", "tsv"],
    [
      `${NAMES[0]}\n`,
    ].join(),
  ],
  [
    "each item of ndjson",
    ["/users?$top=2", "--all", "-q", "displayName", "-o", "ndjson"],
    [
      ...NAMES.map((name) => `"${name}"\n`),
    ].join(""),
  ],
  [
    "the whole of all pages",
    ["/users?$top=2", "--all", "-q", "value[].displayName"],
    `${JSON.stringify(NAMES, null, 2)}\n`,
  ],
  [
    "the whole of all pages as rows",
    ["/users?$top=2", "--all", "-q", "value[1:].[displayName, mail]", "-o", "csv"],
    "Alex Wilber,user1@contoso.example\r\nDiego Siciliani,user2@contoso.example\r\n",
  ],
  ["what is not there", ["/users", "-q", "nothing"], "null\n"],
];

for (const [given, args, expected] of QUERIES) {
  Deno.test(`main answers a query of ${given}`, async () => {
    await using workspace = await Workspace.open();
    const result = await workspace.run(["parameters.json", ...args]);
    deepStrictEqual(result, { code: 0, stdout: expected, stderr: "" });
  });
}

Deno.test("main tells of a query that is none before anything is sent", async () => {
  await using workspace = await Workspace.open();
  const { code, stdout, stderr } = await workspace.run(["parameters.json", "-q", "value[?"]);
  deepStrictEqual([code, stdout], [2, ""]);
  match(stderr, /^Error: Cannot use the query: .*\n {2}Fix: write it in JMESPath/);
  strictEqual(workspace.tenant.requests.length, 0);
});

Deno.test("main guards cells against spreadsheets when told to", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.userCount = 5;
  workspace.tenant.directory.names = ['=HYPERLINK("x")', "-1"];
  const args = ["/users", "-q", "value[3:].{name: displayName}", "-o", "csv"];
  const plain = await workspace.run(["parameters.json", ...args]);
  strictEqual(plain.stdout, 'name\r\n"=HYPERLINK(""x"")"\r\n-1\r\n');
  const guarded = await workspace.run(["parameters.json", ...args, "--guard-formulas"]);
  strictEqual(guarded.stdout, 'name\r\n"\'=HYPERLINK(""x"")"\r\n\'-1\r\n');
});

Deno.test("main warns about columns that only later pages have", async () => {
  await using workspace = await Workspace.open();
  const later = edited((body) => ({ ...body, value: [{ id: "x", city: "Paris", zip: 1 }] }));
  workspace.tenant.reply("graph", ...onPage(2, later));
  const args = ["parameters.json", ...TWO.slice(0, 1), "--all", "-o", "csv"];
  const { code, stdout, stderr } = await workspace.run(args);
  deepStrictEqual([code, stdout.split("\r\n").at(-2)], [0, ",,,,,,,,,,x"]);
  strictEqual(
    stderr,
    "Warning: Left out city, zip: the first page has no such column; " +
      "name all columns with --select\n",
  );
});

Deno.test("main calls several endpoints with one token, on one connection to Graph", async () => {
  await using workspace = await Workspace.open();
  const { tenant } = workspace;
  const endpoints = [
    "/users/user2@contoso.example",
    "/users?$top=2",
    "/users/user1@contoso.example",
  ];
  const args = ["parameters.json", ...endpoints, "--select", "mail", "-o", "ndjson"];
  const { code, stdout } = await workspace.run(args);
  strictEqual(code, 0);
  const mails = stdout.trim().split("\n").map((line) => JSON.parse(line).mail);
  deepStrictEqual(mails, [2, 0, 1, 1].map((n) => `user${n}@contoso.example`));
  // One is for the token: its service is another one than Graph.
  deepStrictEqual([tenant.requests.length, tenant.connections], [4, 2]);
});

Deno.test("main counts the items of several endpoints together when one fails", async () => {
  await using workspace = await Workspace.open();
  const args = ["parameters.json", "/users?$top=2", "/nothing", "--all", "-o", "ndjson"];
  const { code, stdout, stderr } = await workspace.run(args);
  deepStrictEqual([code, stdout.split("\n").length], [3, 4]);
  match(stderr, /^Error: .*\/nothing: 404 .*\n {2}3 items were written, and that is not all\n/);
});
