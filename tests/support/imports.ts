/**
 * Prints the flags that let Deno run the project where JSR cannot be reached: npm stand-ins, listed in
 * imports.json and pinned in imports.lock. Prints nothing where JSR answers. The tasks in deno.json
 * insert what it prints, and run in the project's folder.
 *
 * @module
 */

import { standInFlags } from "./stand_ins.ts";

const ANSWER_WITHIN_MS = 3_000;

/** Imports by computed name: a literal one would be loaded before the first line runs. */
async function jsrAnswers(): Promise<boolean> {
  const packages = ["@std/cli/parse-args", "@std/dotenv/parse"];
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("JSR does not answer")), ANSWER_WITHIN_MS);
  });
  try {
    await Promise.race([Promise.all(packages.map((name) => import(name))), timeout]);
    return true;
  } catch {
    return false;
  }
}

if (!await jsrAnswers()) {
  const flags = standInFlags("tests/support").join(" ");
  await Deno.stdout.write(new TextEncoder().encode(`${flags}\n`));
}
Deno.exit();
