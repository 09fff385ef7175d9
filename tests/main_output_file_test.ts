/**
 * `--output-file`: the file is the old one or the whole new one, and what cannot be written is told.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { breakAfter, onPage } from "./support/faults.ts";
import { makeUser } from "./support/graph.ts";
import { BINARY } from "./support/program.ts";
import { Workspace } from "./support/workspace.ts";

const POSIX = { ignore: Deno.build.os === "windows" };

/** Only with all permissions does Deno open devices. */
const ON_LINUX_WITH_DENO = { ignore: BINARY !== undefined || Deno.build.os !== "linux" };

Deno.test("main replaces a file, and keeps its mode and the link to it", POSIX, async () => {
  await using workspace = await Workspace.open();
  const path = await workspace.write("users.json", "old", { mode: 0o640 });
  await Deno.chmod(path, 0o640);
  await Deno.symlink("users.json", `${workspace.folder}/link`);
  const args = ["parameters.json", "--all", "--output-file", "link"];
  deepStrictEqual(await workspace.run(args), { code: 0, stdout: "", stderr: "" });
  const { value } = JSON.parse(await Deno.readTextFile(path));
  deepStrictEqual(value, [0, 1, 2].map(makeUser));
  strictEqual(Number((await Deno.stat(path)).mode) & 0o777, 0o640);
  ok((await Deno.lstat(`${workspace.folder}/link`)).isSymlink);
  deepStrictEqual(workspace.files, ["link", "users.json"]);
});

Deno.test("main writes all endpoints into one file", async () => {
  await using workspace = await Workspace.open();
  const args = ["/users?$top=1", "/users?$top=2", "--all", "-o", "ndjson", "--select", "id"];
  const { code } = await workspace.run(["parameters.json", ...args, "--output-file", "all"]);
  strictEqual(code, 0);
  strictEqual((await Deno.readTextFile(`${workspace.folder}/all`)).split("\n").length, 7);
});

Deno.test("main takes - for stdout", async () => {
  await using workspace = await Workspace.open();
  const args = ["parameters.json", "--select", "id", "-o", "tsv", "--output-file", "-"];
  const { code, stdout } = await workspace.run(args);
  deepStrictEqual([code, stdout.split("\n").length], [0, 5]);
  deepStrictEqual(workspace.files, []);
});

const NOWHERE: [string, string, string][] = [
  ["whose folder is missing", "no/users.json", "its folder does not exist"],
  ["that is a folder", ".", "it is a folder"],
];

for (const [given, file, state] of NOWHERE) {
  Deno.test(`main sends nothing when it is to write a file ${given}`, async () => {
    await using workspace = await Workspace.open();
    const { code, stdout, stderr } = await workspace.call({}, "--output-file", file);
    deepStrictEqual([code, stdout], [2, ""]);
    match(stderr, new RegExp(`^Error: Cannot write "${file}": ${state}\n  Fix: look at the disk`));
    strictEqual(workspace.tenant.requests.length, 0);
  });
}

Deno.test("main names the file when its disk is full", ON_LINUX_WITH_DENO, async () => {
  await using workspace = await Workspace.open();
  const args = ["parameters.json", "--output-file", "/dev/full"];
  const { code, stdout, stderr } = await workspace.run(args, { denoFlags: ["-A"] });
  deepStrictEqual([code, stdout], [2, ""]);
  match(stderr, /^Error: Cannot write "\/dev\/full": No space left on device \(os error 28\)\n/);
});

Deno.test("main leaves the old file when a walk fails, and says so", async () => {
  await using workspace = await Workspace.open();
  const path = await workspace.write("users.ndjson", "old");
  workspace.tenant.reply("graph", ...onPage(2, breakAfter(40)));
  const args = ["/users?$top=2", "--all", "-o", "ndjson", "--max-retries", "0"];
  const { code, stdout, stderr } = await workspace.call(
    {},
    ...args,
    "--output-file",
    "users.ndjson",
  );
  deepStrictEqual([code, stdout], [75, ""]);
  match(
    stderr,
    /^Error: Cannot reach .*\n {2}2 items were read, and that is not all\n {2}"users.ndjson" was not changed\n/,
  );
  strictEqual(await Deno.readTextFile(path), "old");
  deepStrictEqual(workspace.files, ["users.ndjson"]);
});

Deno.test("main makes no file when the first request fails", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.app.roles = [];
  const { code, stderr } = await workspace.call({}, "--output-file", "users.json");
  strictEqual(code, 5);
  match(stderr, /^ {2}"users\.json" was not changed$/m);
  deepStrictEqual(workspace.files, []);
});

Deno.test("main tells that a request was carried out whose answer it cannot deliver", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.app.roles = ["User.ReadWrite.All"];
  const fields = ["-f", "displayName=Ada", "-f", "userPrincipalName=ada@contoso.example"];
  const { code, stderr } = await workspace.call({}, "/users", ...fields, "-q", "abs(displayName)");
  strictEqual(code, 2);
  match(stderr, /^Error: Cannot use the query: .*\n {2}The request was carried out\n/);
});

Deno.test("main tells what it had read when nothing can be written yet", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.reply("graph", ...onPage(2, () => new Response(null, { status: 404 })));
  const args = ["parameters.json", "/users?$top=1", "--all", "-o", "table"];
  const { code, stdout, stderr } = await workspace.run(args);
  deepStrictEqual([code, stdout], [3, ""]);
  match(stderr, /^ {2}1 item was read, and that is not all$/m);
});
