/**
 * `--output-file` under SIGKILL: whatever the moment, the file is the old one or the whole new one.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { inShell } from "./support/program.ts";
import { pause, until } from "./support/until.ts";
import { Workspace } from "./support/workspace.ts";

const POSIX = { ignore: Deno.build.os === "windows" };

/** A program that is killed while it writes its coverage leaves what no tool can read. */
const through = inShell('unset DENO_COVERAGE_DIR; exec "$@"');

const USERS = 4_000;
const PAGES = Math.ceil(USERS / 999);
const TIMES = 20;

/** After the last page come its items, the disk, and the new name. */
const LAST_MS = 40;

Deno.test("main leaves the old file or the whole new one when it is killed", POSIX, async () => {
  await using workspace = await Workspace.open();
  const { tenant } = workspace;
  tenant.userCount = USERS;
  const args = ["parameters.json", "/users?$top=999", "--all", "--output-file", "users.json"];
  const seen = { old: 0, new: 0 };
  for (let time = 0; time < TIMES; time++) {
    const path = await workspace.write("users.json", "old");
    tenant.requests.length = 0;
    const child = workspace.start(args, { through });
    // Every other time, the last page has been asked for.
    const requests = 1 + (time % 2 === 0 ? PAGES : 1 + Math.floor(Math.random() * PAGES));
    await until(() => tenant.requests.length >= requests, child);
    await pause(Math.random() * LAST_MS);
    try {
      child.kill("SIGKILL");
    } catch (error) {
      ok(error instanceof TypeError, "it has ended by itself");
    }
    await child.output();
    const text = await Deno.readTextFile(path);
    seen[text === "old" ? "old" : "new"]++;
    if (text !== "old") {
      const ids = JSON.parse(text).value.map(({ mail }: { mail: string }) => mail);
      deepStrictEqual(ids, Array.from({ length: USERS }, (_, n) => `user${n}@contoso.example`));
    }
    const others = workspace.files.filter((name) => name !== "users.json");
    ok(others.every((name) => /^\.graph-daemon\.[0-9a-f]{8}\.part$/.test(name)), others.join());
  }
  strictEqual(seen.old + seen.new, TIMES);
  ok(seen.old > 0, "no run was killed in time");
});
