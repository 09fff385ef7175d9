/**
 * JSON, CSV and TSV as readers that we did not write read them: Python's json and csv modules.
 *
 * @module
 */

const SCRIPT = `
import csv, io, json, sys
text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
json.dump(list(csv.reader(text, delimiter=sys.argv[1], strict=True)), sys.stdout)
`;

/** Gives some members of each item in a file. */
const MEMBERS = `
import csv, json, sys
path, format, *names = sys.argv[1:]
with open(path, encoding="utf-8", newline="") as file:
    if format == "json":
        rows = json.load(file)["value"]
    elif format == "ndjson":
        rows = map(json.loads, file)
    else:
        rows = csv.DictReader(file, strict=True)
    json.dump([[row[name] for name in names] for row in rows], sys.stdout)
`;

async function hasPython(): Promise<boolean> {
  try {
    // Before 3.11, the module refuses NUL.
    const args = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"];
    return (await new Deno.Command("python3", { args }).output()).success;
  } catch {
    return false;
  }
}

/** Whether the command is there; where it is not, says loudly what was not tested. */
export const HAS_PYTHON: boolean = await hasPython();
if (!HAS_PYTHON) {
  const message =
    "\nSKIPPED: JSON, CSV and TSV were NOT read back, since there is no python3 of 3.11\n";
  await Deno.stderr.write(new TextEncoder().encode(message));
}

/** Reads a text to its cells. */
export async function readDelimited(text: string, delimiter: string): Promise<string[][]> {
  const child = new Deno.Command("python3", {
    args: ["-c", SCRIPT, delimiter],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`python3: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}

/** Reads some members of each item of a file, which the program wrote in a format. */
export async function readMembers(
  path: string,
  { format, names }: { format: string; names: readonly string[] },
): Promise<unknown[][]> {
  const args = ["-c", MEMBERS, path, format, ...names];
  const { success, stdout, stderr } = await new Deno.Command("python3", { args }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`python3: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}
