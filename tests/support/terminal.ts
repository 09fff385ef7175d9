/**
 * A terminal for the program under test, by the command `script` of util-linux.
 *
 * @module
 */

async function hasScript(): Promise<boolean> {
  try {
    const { stdout } = await new Deno.Command("script", { args: ["--version"] }).output();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false;
  }
}

/** Whether the command is there; where it is not, says loudly what was not tested. */
export const HAS_TERMINAL: boolean = await hasScript();
if (!HAS_TERMINAL) {
  const message = "\nSKIPPED: no terminal was tested, since util-linux's script is not there\n";
  await Deno.stderr.write(new TextEncoder().encode(message));
}

/**
 * Runs a command on a terminal. What the terminal gets becomes the standard output, with CR LF for each
 * line end.
 */
export function onTerminal(command: string[]): string[] {
  return ["script", "-qec", command.map(quote).join(" "), "/dev/null"];
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
