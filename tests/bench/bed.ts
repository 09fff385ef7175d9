/**
 * What a benchmark runs in: the emulated tenant in a process of its own, and a folder with its CA and
 * settings.
 *
 * @module
 */

import { IMPORT_FLAGS } from "../support/program.ts";

/** A folder and a tenant. */
export class Bed implements AsyncDisposable {
  /** The folder. */
  readonly folder: string;
  /** The quickstart's parameters.json. */
  readonly parameters: Record<string, string>;
  /** Lets a program trust the tenant's certificate. */
  readonly env: Record<string, string>;
  readonly #tenant: Deno.ChildProcess;

  private constructor(
    folder: string,
    parameters: Record<string, string>,
    tenant: Deno.ChildProcess,
  ) {
    this.folder = folder;
    this.parameters = parameters;
    this.env = { DENO_CERT: `${folder}/ca.pem` };
    this.#tenant = tenant;
  }

  /** Starts a tenant with these arguments, and writes ca.pem and parameters.json. */
  static async open(...args: number[]): Promise<Bed> {
    const tenant = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "-A", ...IMPORT_FLAGS, `${import.meta.dirname}/tenant_process.ts`],
        ...args.map(String),
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const { ca, parameters } = JSON.parse(await firstLine(tenant.stdout));
    const bed = new Bed(await Deno.makeTempDir(), parameters, tenant);
    await bed.write("ca.pem", ca);
    await bed.write("parameters.json", JSON.stringify(parameters));
    return bed;
  }

  /** Stops the tenant and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tenant.stdin.close();
    await this.#tenant.status;
    await Deno.remove(this.folder, { recursive: true });
  }

  /** Writes a file that only its owner can read. */
  async write(name: string, text: string): Promise<string> {
    const path = `${this.folder}/${name}`;
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    return path;
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("\n")) return text;
  }
  throw new Error("the emulated tenant did not start");
}
