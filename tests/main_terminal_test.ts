/**
 * The program on a terminal: what it shows there, takes away, and never writes to it.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { busy, onPage } from "./support/faults.ts";
import { inShell, type RunResult } from "./support/program.ts";
import { HAS_TERMINAL, onTerminal } from "./support/terminal.ts";
import { Workspace } from "./support/workspace.ts";

const ON_TERMINAL = { ignore: !HAS_TERMINAL };

const CONTENT = "/drives/d/items/i/content";
/** What clears a line, and what stands for it here. */
const CLEAR_LINE = "\r\x1b[K";
const CLEAR = "⌫";

async function openWorkspace(): Promise<Workspace> {
  const workspace = await Workspace.open();
  workspace.tenant.app.roles = ["Files.Read.All", "User.Read.All"];
  return workspace;
}

/** Runs a script of a shell on a terminal, in which the program is "$@". */
async function show(
  workspace: Workspace,
  args: string[],
  script = '"$@"',
): Promise<Pick<RunResult, "code" | "stdout">> {
  const through = (command: string[]) => onTerminal(inShell(script)(command));
  const { code, stdout, stderr } = await workspace.run(["parameters.json", ...args], { through });
  strictEqual(stderr, "");
  return { code, stdout: stdout.replaceAll("\r\n", "\n").replaceAll(CLEAR_LINE, CLEAR) };
}

const TO_FILE = '"$@" > out';

Deno.test("main never writes bytes to a terminal", ON_TERMINAL, async () => {
  await using workspace = await openWorkspace();
  const { tenant } = workspace;
  deepStrictEqual(await show(workspace, [CONTENT]), {
    code: 2,
    stdout: "Error: Cannot print the answer on a terminal: it is a file " +
      "(application/octet-stream)\n  Fix: name a file with --output-file, or pipe it into a program\n",
  });
  strictEqual(tenant.downloads.requests.length, 1);
});

Deno.test("main shows a bar while it downloads, and clears it", ON_TERMINAL, async () => {
  await using workspace = await openWorkspace();
  for (
    const [args, script] of [[[CONTENT], TO_FILE], [[CONTENT, "--output-file", "out"], '"$@"']]
  ) {
    const { code, stdout } = await show(workspace, args as string[], script as string);
    strictEqual(code, 0);
    match(stdout, /\[[#>-]+\]/);
    ok(stdout.endsWith(CLEAR), JSON.stringify(stdout));
    strictEqual((await Deno.stat(`${workspace.folder}/out`)).size, workspace.tenant.fileSize);
  }
});

Deno.test(
  "main counts items and pages while it walks, and clears the count",
  ON_TERMINAL,
  async () => {
    await using workspace = await openWorkspace();
    const walk = ["/users?$top=1", "--all", "-o", "ndjson"];
    const { code, stdout } = await show(workspace, walk, TO_FILE);
    strictEqual(code, 0);
    ok(stdout.startsWith(`${CLEAR}items: 1, pages: 1`), JSON.stringify(stdout));
    ok(stdout.endsWith(CLEAR), JSON.stringify(stdout));
    const lines = (await Deno.readTextFile(`${workspace.folder}/out`)).trim().split("\n");
    strictEqual(lines.length, 3);
  },
);

Deno.test("main clears the count before it tells of the end", ON_TERMINAL, async () => {
  await using workspace = await openWorkspace();
  const walk = ["/users?$top=1", "--max-retries", "0"];
  const cut = await show(workspace, [...walk, "--max-items", "2"], TO_FILE);
  match(cut.stdout, /pages: \d+⌫Notice: Stopped after 2 items, as --max-items asks; .*\n$/);
  workspace.tenant.reply("graph", ...onPage(2, busy(503)));
  const failed = await show(workspace, [...walk, "--all"], TO_FILE);
  strictEqual(failed.code, 75);
  match(failed.stdout, /items: 1, pages: 1⌫Error: .*: 503 [^]*\n {2}1 item was written, and/);
});

const SILENT: [string, string[], string, RegExp][] = [
  ["stderr is no terminal", [], '"$@" > out 2> log', /^$/],
  ["stdout is a terminal", [], '"$@" 2> log', /^\{\n {2}"@odata.context": /],
  ["it is quiet", ["--quiet"], TO_FILE, /^$/],
  ["it is verbose", ["--verbose"], TO_FILE, /^POST .*\n(GET .*\n){3}$/],
  ["messages are JSON", ["--log-format", "json"], TO_FILE, /^$/],
];

for (const [given, args, script, expected] of SILENT) {
  Deno.test(`main counts nothing when ${given}`, ON_TERMINAL, async () => {
    await using workspace = await openWorkspace();
    const walk = ["/users?$top=1", "--all", ...args];
    const { code, stdout } = await show(workspace, walk, script);
    strictEqual(code, 0);
    match(stdout, expected);
    ok(!stdout.includes("\x1b"));
    const log = await Deno.readTextFile(`${workspace.folder}/log`).catch(() => "");
    strictEqual(log, "");
  });
}

Deno.test("main fits a table into the terminal, where it has a size", ON_TERMINAL, async () => {
  await using workspace = await openWorkspace();
  const table = ["/users", "--select", "displayName,mail", "-o", "table"];
  const narrow = await show(workspace, table, 'stty cols 30; "$@"');
  strictEqual(
    narrow.stdout,
    "displayName     mail\n--------------  --------------\nAdèle Vance     user0@contoso…\n" +
      "Alex Wilber     user1@contoso…\nDiego Sicilia…  user2@contoso…\n",
  );
  const unsized = await show(workspace, table, 'stty cols 0; "$@"');
  match(unsized.stdout, /^Diego Siciliani {2}user2@contoso\.example$/m);
});
