/**
 * Runs every command that README and manual show, and compares what it prints.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";

import { MANUAL } from "../lib/manual.ts";
import { findShown, openShell, type Shown } from "./support/documented.ts";

const README = await Deno.readTextFile(`${import.meta.dirname}/../README.md`);

/** What differs from run to run is shown as `…`. */
function patternOf(output: string): RegExp {
  const quoted = output.split("…").map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${quoted.join("[^]*")}$`);
}

function checkAll(name: string, shown: readonly Shown[]): void {
  Deno.test(`${name} shows what its commands print`, {
    ignore: Deno.build.os === "windows",
  }, async (t) => {
    ok(shown.length > 5);
    await using shell = await openShell();
    for (const { command, output } of shown) {
      await t.step(
        command,
        async () => match((await shell.run(command)).trimEnd(), patternOf(output.trimEnd())),
      );
    }
  });
}

checkAll("README", findShown(README));
checkAll("manual", findShown(MANUAL));

Deno.test("findShown() finds commands over several lines, and no other", () => {
  const text =
    "$ graph-daemon a \\\n  b | c\nout\n  more\n\n  $ graph-daemon d\n  x\n$ other\n```\n";
  strictEqual(
    JSON.stringify(findShown(text)),
    JSON.stringify([
      { command: "graph-daemon a    b | c", output: "out\n  more\n" },
      { command: "graph-daemon d", output: "x\n" },
    ]),
  );
});
