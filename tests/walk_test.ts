/**
 * A walk over 100,000 users, read back by Python: complete, in order, and valid.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { AWKWARD_NAMES, makeUser } from "./support/directory.ts";
import { inShell } from "./support/program.ts";
import { HAS_PYTHON, readMembers } from "./support/python.ts";
import { Workspace } from "./support/workspace.ts";

const USERS = 100_000;
const PAGES = Math.ceil(USERS / 999);

/** Each of the awkward names comes up once in a thousand users. */
const NAMES = Array.from(
  { length: USERS - 3 },
  (_, n) => n % 1_000 < AWKWARD_NAMES.length ? AWKWARD_NAMES[n % 1_000] : `User ${n + 3}`,
);

const READ = { ignore: !HAS_PYTHON || Deno.build.os === "windows" };

for (const format of ["json", "ndjson", "csv"]) {
  Deno.test(`main walks over 100,000 users to ${format} that Python reads`, READ, async () => {
    await using workspace = await Workspace.open();
    const { tenant, folder } = workspace;
    tenant.userCount = USERS;
    tenant.directory.names = NAMES;
    const args = ["parameters.json", "/users?$top=999", "--all", "-o", format];
    const { code, stderr } = await workspace.run(args, { through: inShell('"$@" > users') });
    deepStrictEqual([code, stderr], [0, ""]);
    strictEqual(tenant.requests.length, 1 + PAGES);
    const names = ["id", "displayName", "mail"];
    const rows = await readMembers(`${folder}/users`, { format, names });
    strictEqual(rows.length, USERS);
    const isSame = ([id, name, mail]: unknown[], n: number): boolean => {
      const user = makeUser(n);
      return id === user.id && mail === user.mail && name === (NAMES[n - 3] ?? user.displayName);
    };
    const wrong = rows.findIndex((row, n) => !isSame(row, n));
    ok(wrong < 0, `user ${wrong} is ${JSON.stringify(rows[wrong])}`);
  });
}
