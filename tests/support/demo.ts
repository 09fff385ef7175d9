/**
 * Shows the main job: starts the emulated tenant, writes what the quickstart has its users write, and
 * runs main.ts as they would, with any further arguments. Exits with the program's own code.
 *
 * @module
 */

import { programCommand } from "./program.ts";
import { Workspace } from "./workspace.ts";

async function demo(): Promise<number> {
  await using workspace = await Workspace.open();
  const args = [`${workspace.folder}/parameters.json`, ...Deno.args];
  const ca = `DENO_CERT=${workspace.folder}/ca.pem`;
  write(Deno.stderr, `$ ${ca} ${programCommand(args).map(quoted).join(" ")}\n`);
  const { code, stdout, stderr } = await workspace.run(args);
  write(Deno.stderr, stderr);
  write(Deno.stdout, stdout);
  return code;
}

/** Gives a word as a shell wants it. */
function quoted(word: string): string {
  return /^[\w/.:=@,-]+$/.test(word) ? word : `'${word}'`;
}

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  stream.writeSync(new TextEncoder().encode(text));
}

Deno.exit(await demo());
