/**
 * Answers that are bytes: where they go, where they come from, and who may see what opens them.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { fileBytes } from "./support/downloads.ts";
import { breakAfter } from "./support/faults.ts";
import type { Reply } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

const CONTENT = "/drives/d/items/i/content";
const PHOTO = "/users/user0@contoso.example/photo/$value";

async function openWorkspace(): Promise<Workspace> {
  const workspace = await Workspace.open();
  workspace.tenant.app.roles = ["Files.Read.All", "User.Read.All"];
  return workspace;
}

/** Runs the program, and gives the very bytes on its stdout. */
async function download(
  workspace: Workspace,
  ...args: string[]
): Promise<{ code: number; bytes: Uint8Array; stderr: string }> {
  const child = workspace.start(["parameters.json", ...args]);
  const { code, stdout, stderr } = await child.output();
  return { code, bytes: stdout, stderr: new TextDecoder().decode(stderr) };
}

for (const format of ["text", "json"]) {
  Deno.test(`main brings a file to a pipe, and tells nobody what opens it, log in ${format}`, async () => {
    await using workspace = await openWorkspace();
    const { tenant } = workspace;
    const args = [CONTENT, "--verbose", "--log-format", format];
    const { code, bytes, stderr } = await download(workspace, ...args);
    strictEqual(code, 0);
    deepStrictEqual(bytes, fileBytes(0, tenant.fileSize));
    const [{ headers }, ...more] = tenant.downloads.requests;
    deepStrictEqual([headers.get("authorization"), more.length], [null, 0]);
    strictEqual(tenant.requests.length, 2);
    for (const hidden of [tenant.downloads.tempauth, tenant.app.secret, "eyJ", "tempauth"]) {
      ok(!stderr.includes(hidden), hidden);
    }
    ok(stderr.includes(`GET ${tenant.downloads.origin}/…: 200 in `), stderr);
  });
}

Deno.test("main brings a file of 20 MB to a file that replaces the old one", async () => {
  await using workspace = await openWorkspace();
  workspace.tenant.fileSize = 20_000_000;
  const path = await workspace.write("a.bin", "old");
  const { code, bytes, stderr } = await download(workspace, CONTENT, "--output-file", "a.bin");
  deepStrictEqual([code, bytes.length, stderr], [0, 0, ""]);
  const [found, expected] = [await Deno.readFile(path), fileBytes(0, 20_000_000)];
  strictEqual(found.length, expected.length);
  ok(found.every((byte, index) => byte === expected[index]));
  deepStrictEqual(workspace.files, ["a.bin"]);
});

Deno.test("main goes on where a download broke", async () => {
  await using workspace = await openWorkspace();
  const { tenant } = workspace;
  tenant.reply("download", breakAfter(70_000));
  const { code, bytes, stderr } = await download(workspace, CONTENT);
  deepStrictEqual([code, stderr], [0, ""]);
  deepStrictEqual(bytes, fileBytes(0, tenant.fileSize));
  const ranges = tenant.downloads.requests.map(({ headers }) => headers.get("range"));
  deepStrictEqual([ranges.length, ranges[0]], [2, null]);
  match(String(ranges[1]), /^bytes=[1-9]\d*-$/);
  ok(tenant.downloads.requests.every(({ headers }) => !headers.has("authorization")));
});

Deno.test("main tells how many bytes came of a download that stays broken", async () => {
  await using workspace = await openWorkspace();
  const path = await workspace.write("a.bin", "old");
  workspace.tenant.reply("download", ...Array<Reply>(2).fill(breakAfter(70_000)));
  const args = [CONTENT, "--max-retries", "0", "--output-file", "a.bin"];
  const { code, stderr } = await download(workspace, ...args);
  strictEqual(code, 75);
  match(
    stderr,
    /^Error: Cannot reach .*\n {2}\d+ bytes were read, and that is not all\n {2}"a.bin" was not changed\n/,
  );
  strictEqual(await Deno.readTextFile(path), "old");
  deepStrictEqual(workspace.files, ["a.bin"]);
});

Deno.test("main follows no redirect of an endpoint that is no download", async () => {
  await using workspace = await openWorkspace();
  const { tenant } = workspace;
  tenant.reply("graph", () => tenant.downloads.redirect());
  const { code, bytes, stderr } = await download(workspace, "/users");
  deepStrictEqual([code, bytes.length, tenant.downloads.requests.length], [6, 0, 0]);
  match(stderr, /\/users: 302 to https:\/\/127\.0\.0\.1:\d+, not followed$/m);
  ok(!stderr.includes(tenant.downloads.tempauth));
});

Deno.test("main follows no redirect of a download to http", async () => {
  await using workspace = await openWorkspace();
  const { tenant } = workspace;
  const location = tenant.downloads.url.replace("https", "http");
  tenant.reply("graph", () => new Response(null, { status: 302, headers: { location } }));
  const { code, stderr } = await download(workspace, CONTENT);
  deepStrictEqual([code, tenant.downloads.requests.length], [6, 0]);
  ok(!stderr.includes(tenant.downloads.tempauth));
});

const JPEG = [0xff, 0xd8, 0xff];

Deno.test("main brings a photo to a pipe, whatever the format", async () => {
  await using workspace = await openWorkspace();
  for (const format of ["json", "csv"]) {
    const { code, bytes, stderr } = await download(workspace, PHOTO, "-o", format);
    deepStrictEqual([code, [...bytes.slice(0, 3)], stderr], [0, JPEG, ""]);
  }
  const none = await download(workspace, PHOTO, "-o", "none");
  deepStrictEqual([none.code, none.bytes.length, none.stderr], [0, 0, ""]);
});

for (const args of [["-q", "size"], ["--all"]]) {
  Deno.test(`main refuses ${args[0]} on a photo`, async () => {
    await using workspace = await openWorkspace();
    const { code, bytes, stderr } = await download(workspace, PHOTO, ...args);
    deepStrictEqual([code, bytes.length], [6, 0]);
    match(
      stderr,
      /^Error: Cannot read .*\$value: answered 200 with a file \(image\/jpeg\), not with data\n/,
    );
  });
}
