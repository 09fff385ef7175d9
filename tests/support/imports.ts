/**
 * Prints the flags that let Deno run the project where JSR cannot be reached (npm stand-ins from
 * imports.json, pinned by imports.lock), and nothing where JSR answers. The tasks in deno.json insert them.
 *
 * @module
 */

const ANSWER_WITHIN_MS = 3_000;

/** Imports by computed name: a literal one would be loaded before the first line runs. */
async function jsrAnswers(): Promise<boolean> {
  const packages = ["@std/cli/parse-args", "@std/dotenv/parse"];
  const timeout = new Promise<never>((_, reject) => {
    Deno.unrefTimer(setTimeout(() => reject(new Error("JSR does not answer")), ANSWER_WITHIN_MS));
  });
  try {
    await Promise.race([Promise.all(packages.map((name) => import(name))), timeout]);
    return true;
  } catch {
    return false;
  }
}

if (!await jsrAnswers()) {
  const folder = import.meta.dirname;
  const flags = `--import-map=${folder}/imports.json --lock=${folder}/imports.lock --frozen`;
  await Deno.stdout.write(new TextEncoder().encode(`${flags}\n`));
}
Deno.exit();
