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
  const { folder, tenant } = workspace;
  tenant.app.roles = ["User.ReadWrite.All", "Mail.Send", "Files.Read.All"];
  // Neither an .env of the folder nor the environment must lead to another tenant.
  const envFile = await workspace.write("demo.env", "");
  const args = [`${folder}/parameters.json`, "--env-file", envFile, ...Deno.args];
  const [program, ...words] = programCommand(args);
  const certificate = { DENO_CERT: `${folder}/ca.pem` };
  const shown = Object.entries(certificate).map(([name, value]) => `${name}=${value} `).join("");
  const line = `$ ${shown}${[program, ...words].map(quoted).join(" ")}\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
  const kept = ["PATH", "HOME", "DENO_DIR", "SystemRoot", "LOCALAPPDATA"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const child = new Deno.Command(program, {
    args: words,
    // Files that the arguments name are beside whoever runs this.
    cwd: Deno.env.get("INIT_CWD"),
    clearEnv: true,
    env: { ...Object.fromEntries(kept), ...certificate },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return (await child.status).code;
}

/** Gives a word as a shell wants it. */
function quoted(word: string): string {
  return /^[\w/.:=@,-]+$/.test(word) ? word : `'${word}'`;
}

Deno.exit(await demo());
