/**
 * Ends before the end: signals, and readers that go away or stop.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { busy, hang, onPage, stall } from "./support/faults.ts";
import { inShell, run } from "./support/program.ts";
import { pause, until } from "./support/until.ts";
import { Workspace } from "./support/workspace.ts";

const POSIX = { ignore: Deno.build.os === "windows" };

const SIGNALS = [["SIGINT", 130], ["SIGTERM", 143]] as const;

interface Scene {
  /** Further arguments. */
  args: string[];
  /** Prepares the tenant. */
  prepare: (workspace: Workspace) => void;
  /** Whether the program has come to where the signal is to find it. */
  isThere: (workspace: Workspace) => boolean;
  /** What stderr tells beside the signal. */
  tells?: RegExp;
}

/** How many requests came in, those for tokens included. */
function countOf({ tenant }: Workspace): number {
  return tenant.requests.length;
}

/** How many bytes are in the file that is not yet in its place. */
function partSize({ folder, files }: Workspace): number {
  const part = files.find((name) => name.endsWith(".part"));
  return part === undefined ? 0 : Deno.statSync(`${folder}/${part}`).size;
}

const WALK = ["/users?$top=1", "--all", "-o", "ndjson"];

const SCENES: Record<string, Scene> = {
  "a request for a token": {
    args: [],
    prepare: ({ tenant }) => tenant.reply("token", hang),
    isThere: (workspace) => countOf(workspace) === 1,
  },
  "a request for a page": {
    args: WALK,
    prepare: ({ tenant }) => tenant.reply("graph", ...onPage(2, hang)),
    isThere: (workspace) => countOf(workspace) === 3,
    tells: /^ {2}1 item was written, and that is not all$/m,
  },
  "a POST": {
    args: ["/users", "-f", "displayName=Ada"],
    prepare: ({ tenant }) => tenant.reply("graph", hang),
    isThere: (workspace) => countOf(workspace) === 2,
    tells: /^ {2}The request may have been carried out; look before it is sent again$/m,
  },
  "a wait for Retry-After": {
    args: WALK,
    prepare: ({ tenant }) =>
      tenant.reply("graph", ...onPage(2, busy(429, { "retry-after": "60" }))),
    isThere: (workspace) => countOf(workspace) === 3,
    tells: /^ {2}1 item was written, and that is not all$/m,
  },
  "a walk to a file": {
    args: [...WALK, "--output-file", "old"],
    prepare: ({ tenant }) => tenant.reply("graph", ...onPage(2, hang)),
    isThere: (workspace) => countOf(workspace) === 3 && partSize(workspace) > 0,
    tells: /^ {2}1 item was read, and that is not all\n {2}"old" was not changed$/m,
  },
  "a download to a file": {
    args: ["/drives/d/items/i/content", "--output-file", "old"],
    prepare: ({ tenant }) => tenant.reply("download", stall(50_000)),
    isThere: (workspace) => partSize(workspace) === 50_000,
    tells: /^ {2}50000 bytes were read, and that is not all\n {2}"old" was not changed$/m,
  },
};

for (const [during, { args, prepare, isThere, tells }] of Object.entries(SCENES)) {
  for (const [signal, expected] of SIGNALS) {
    Deno.test(`main ends with ${expected} at ${signal} during ${during}`, POSIX, async () => {
      await using workspace = await Workspace.open();
      workspace.tenant.app.roles = ["Files.Read.All", "User.Read.All"];
      const old = await workspace.write("old", "old");
      prepare(workspace);
      const child = workspace.start(["parameters.json", ...args]);
      await until(() => isThere(workspace), child);
      // What came before is to be written, and what the request finds, to be waited for.
      await pause(50);
      child.kill(signal);
      const { code, stderr } = await child.output();
      const text = new TextDecoder().decode(stderr);
      strictEqual(code, expected);
      match(text, new RegExp(`^Error: Cannot finish: ${signal} came\n`));
      if (tells !== undefined) match(text, tells);
      strictEqual(await Deno.readTextFile(old), "old");
      deepStrictEqual(workspace.files, ["old"]);
    });
  }
}

/** Starts a walk whose pages no pipe can hold, and waits until it can go no further. */
async function startBlocked(workspace: Workspace): Promise<Deno.ChildProcess> {
  const { tenant } = workspace;
  tenant.userCount = 20_000;
  const child = workspace.start(["parameters.json", "/users?$top=999", "--all", "-o", "ndjson"]);
  await until(() => tenant.requests.length === 3, child);
  await pause(300);
  return child;
}

for (const [signal, expected] of SIGNALS) {
  Deno.test(`main ends at ${signal} although its reader has stopped`, POSIX, async () => {
    await using workspace = await Workspace.open();
    const child = await startBlocked(workspace);
    child.kill(signal);
    strictEqual((await child.status).code, expected);
    const [stderr] = await Promise.all([
      new Response(child.stderr).text(),
      child.stdout.cancel(),
    ]);
    match(stderr, new RegExp(`^Error: Cannot finish: ${signal} came\n`));
    // One page is being written, and one is ahead of it.
    strictEqual(workspace.tenant.requests.length, 3);
  });
}

/** Up to Deno 2.7, opening a pipe that nobody reads stops the whole program, signals included. */
const opensAside = !/Deno 2\.[0-7]\./.test((await run(["--version"])).stdout);
if (!opensAside) {
  const message = "\nSKIPPED: the second signal, since this binary's Deno is older than 2.8\n";
  await Deno.stderr.write(new TextEncoder().encode(message));
}

Deno.test("main ends at once at the second signal", {
  ignore: POSIX.ignore || !opensAside,
}, async () => {
  await using workspace = await Workspace.open();
  await new Deno.Command("mkfifo", { args: [`${workspace.folder}/pipe`] }).output();
  // Opening a pipe that nobody reads cannot be called back.
  const child = workspace.start(["parameters.json", "--output-file", "pipe"]);
  await pause(500);
  child.kill("SIGINT");
  await pause(200);
  child.kill("SIGTERM");
  // The end in order, 2 s after the first signal, would give 130.
  strictEqual((await child.status).code, 143);
  await Promise.all([child.stderr.cancel(), child.stdout.cancel()]);
});

const READERS: [string, string, number][] = [
  ["head -1", "ndjson", 1],
  ["head -c 100", "json", 0],
  ["true", "csv", 0],
];

for (const [reader, format, lines] of READERS) {
  Deno.test(`main ends quietly when ${reader} has read enough`, POSIX, async () => {
    await using workspace = await Workspace.open();
    workspace.tenant.userCount = 5_000;
    const through = inShell(`{ "$@"; echo $? > code; } | ${reader}`);
    const args = ["parameters.json", "/users?$top=999", "--all", "-o", format];
    const { stdout, stderr } = await workspace.run(args, { through });
    const code = await Deno.readTextFile(`${workspace.folder}/code`);
    deepStrictEqual([code, stderr], ["0\n", ""]);
    if (lines > 0) strictEqual(JSON.parse(stdout).mail, "user0@contoso.example");
    // It did not read on for nobody.
    ok(workspace.tenant.requests.length < 1 + 6);
  });
}
