/**
 * Shows the main job: starts the emulated tenant, writes what the quickstart has its users write, and
 * runs main.ts as they would. Exits with the program's own code.
 *
 * @module
 */

import { programCommand } from "./program.ts";
import { Workspace } from "./workspace.ts";

async function demo(): Promise<number> {
  await using workspace = await Workspace.open();
  const args = [`${workspace.folder}/parameters.json`];
  const ca = `DENO_CERT=${workspace.folder}/ca.pem`;
  write(Deno.stderr, `$ ${ca} ${programCommand(args).join(" ")}\n`);
  const { code, stdout, stderr } = await workspace.run(args);
  write(Deno.stderr, stderr);
  write(Deno.stdout, stdout);
  return code;
}

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  stream.writeSync(new TextEncoder().encode(text));
}

Deno.exit(await demo());
