/**
 * The table of faults on a walk over three pages: what a service may do, and the output, exit code,
 * requests and waits that must come of it.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { onPage } from "./faults.ts";
import type { Reply, Tenant } from "./tenant.ts";
import { Workspace } from "./workspace.ts";

/** One row. */
export interface FaultRow {
  /** What the service does in the place of the second page, and for the requests after it. */
  given: string;
  replies: Reply[] | ((tenant: Tenant) => Reply[]);
  /** Further arguments. */
  args?: string[];
  /** Exit code. @default {0} */
  code?: number;
  /** How many of the three users are printed, a line each. @default {3} when done, else 1 */
  lines?: number;
  /** What stderr must tell. */
  tells?: RegExp[];
  /** Requests for data that go out. */
  requests: number;
  /** Requests for tokens. @default {1} */
  tokens?: number;
  /** Bounds of each wait between attempts, in milliseconds. */
  waits?: [least: number, most: number][];
}

/** Full jitter: anything up to the bound of the first wait. */
export const BACKOFF: [least: number, most: number] = [0, 1_000];

/** Makes a test of each row. */
export function walk(rows: readonly FaultRow[]): void {
  for (const row of rows) {
    const { given, code = 0, lines = code === 0 ? 3 : 1, waits = [] } = row;
    Deno.test(`main walks over pages, given ${given}`, async () => {
      await using workspace = await Workspace.open();
      const { tenant } = workspace;
      const replies = typeof row.replies === "function" ? row.replies(tenant) : row.replies;
      const [first, ...rest] = replies;
      tenant.reply("graph", ...onPage(2, first), ...rest);
      const walk = ["parameters.json", "/users?$top=1", "--all", "-o", "ndjson", "--verbose"];
      const result = await workspace.run([...walk, ...row.args ?? []]);
      strictEqual(result.code, code, result.stderr);
      const mails = result.stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line).mail);
      deepStrictEqual(mails, [0, 1, 2].slice(0, lines).map((n) => `user${n}@contoso.example`));
      for (const pattern of row.tells ?? []) match(result.stderr, pattern);
      if (code !== 0) match(result.stderr, new RegExp(`^ {2}${countOf(lines)} written, and`, "m"));
      const asked = tenant.requests.filter(({ url }) => url.pathname.startsWith("/v1.0/"));
      strictEqual(asked.length, row.requests, result.stderr);
      strictEqual(tenant.requests.length - asked.length, row.tokens ?? 1, result.stderr);
      checkWaits(result.stderr, waits);
    });
  }
}

function countOf(lines: number): string {
  return lines === 1 ? "1 item was" : `${lines} items were`;
}

function checkWaits(stderr: string, bounds: [number, number][]): void {
  const waits = [...stderr.matchAll(/^waiting (\d+) ms/gm)].map(([_, ms]) => Number(ms));
  strictEqual(waits.length, bounds.length, stderr);
  for (const [index, [least, most]] of bounds.entries()) {
    ok(waits[index] >= least && waits[index] <= most, `waited ${waits[index]} ms`);
  }
}
