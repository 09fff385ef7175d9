/**
 * Runs the commands that a document shows, as its reader would: in a shell, with the settings in `.env`.
 *
 * @module
 */

import { programCommand } from "./program.ts";
import { Workspace } from "./workspace.ts";

/** A command, and what the document says it prints. */
export interface Shown {
  command: string;
  output: string;
}

/**
 * Finds the commands of a document that call the program: a line that begins with `$`, perhaps indented,
 * the lines that continue it after a backslash, and below it what it prints.
 */
export function findShown(text: string): Shown[] {
  const found: Shown[] = [];
  for (
    const [, indent, begin, below] of text.matchAll(
      /^( *)\$ ((?:.*\\\n)*.*)\n((?:(?! *```| *\$ ).*\S.*\n)*)/gm,
    )
  ) {
    if (!begin.includes("graph-daemon ")) continue;
    const output = below.split("\n").map((line) => line.slice(indent.length)).join("\n");
    found.push({ command: begin.replaceAll("\\\n", " "), output });
  }
  return found;
}

/** Opens a workspace in which a shell finds `graph-daemon`, and whose app may do all that is shown. */
export async function openShell(): Promise<
  AsyncDisposable & { run: (c: string) => Promise<string> }
> {
  const workspace = await Workspace.open();
  const { tenant, folder } = workspace;
  tenant.app.roles = ["User.ReadWrite.All", "Files.Read.All", "Mail.Send"];
  const settings = {
    AZURE_AUTHORITY_HOST: tenant.origin,
    AZURE_TENANT_ID: tenant.app.tenantId,
    AZURE_CLIENT_ID: tenant.app.clientId,
    AZURE_CLIENT_SECRET: tenant.app.secret,
    GRAPH_ENDPOINT: `${tenant.origin}/v1.0/users`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`);
  await workspace.write(".env", lines.join(""));
  const command = programCommand([]).map((word) => `'${word}'`).join(" ");
  await workspace.write("graph-daemon", `#!/bin/sh\nexec ${command} "$@"\n`);
  await Deno.chmod(`${folder}/graph-daemon`, 0o700);
  const env = { PATH: `${folder}:${Deno.env.get("PATH")}`, DENO_CERT: `${folder}/ca.pem` };
  return {
    run: async (text): Promise<string> => {
      const { stdout } = await new Deno.Command("sh", {
        args: ["-c", `exec 2>&1; ${text}`],
        cwd: folder,
        env,
        stdin: "null",
      }).output();
      const printed = new TextDecoder().decode(stdout);
      return printed.replaceAll(tenant.origin, "https://graph.microsoft.com").replaceAll("\r", "");
    },
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}
