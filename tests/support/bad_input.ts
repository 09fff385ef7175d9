/**
 * The table of bad input: what an operator may give, and the exit code and message that must come of
 * it. No row prints a stack trace or a secret.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";

import type { RunOptions, RunResult } from "./program.ts";
import { Workspace } from "./workspace.ts";

/** One row: what is given, and what must come of it. */
export interface Row {
  /** What is given. */
  given: string;
  /** Prepares the workspace, and gives the arguments. */
  args: (workspace: Workspace) => string[] | Promise<string[]>;
  options?: RunOptions;
  code: number;
  /** What stderr must tell, each on its own. */
  tells: RegExp[];
  /** How many requests may go out. @default {0} */
  requests?: number;
}

function outputOf({ stdout, stderr }: RunResult): string {
  return stdout + stderr;
}

/** A stack frame, or what Deno prints before one. */
const STACK = /^\s+at .*:\d+|Uncaught|stack backtrace/im;

/** Makes a test of each row. */
export function check(rows: readonly Row[]): void {
  for (const { given, args, options, code, tells, requests = 0 } of rows) {
    Deno.test(`main given ${given} exits with ${code}`, async () => {
      await using workspace = await Workspace.open();
      const { tenant } = workspace;
      const result = await workspace.run(await args(workspace), options);
      strictEqual(result.code, code, result.stderr);
      strictEqual(result.stdout, "");
      for (const pattern of tells) match(result.stderr, pattern);
      ok(!STACK.test(outputOf(result)), result.stderr);
      ok(!outputOf(result).includes(tenant.app.secret), result.stderr);
      strictEqual(tenant.requests.length, requests);
    });
  }
}

/** Writes parameters.json with some members replaced; those that are undefined are left out. */
export async function config(
  workspace: Workspace,
  members: Record<string, unknown>,
): Promise<string[]> {
  const parameters = { ...workspace.tenant.parameters, ...members };
  return [await workspace.write("parameters.json", parameters)];
}

/** Writes parameters.json as it stands. */
export async function configText(workspace: Workspace, text: string): Promise<string[]> {
  await workspace.write("parameters.json", text);
  return ["parameters.json"];
}
