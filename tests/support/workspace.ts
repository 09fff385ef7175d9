/**
 * A folder of its own for one test, with the emulated tenant's CA and settings in it.
 *
 * @module
 */

import { run, type RunOptions, type RunResult, start } from "./program.ts";
import { Tenant } from "./tenant.ts";

/** A temporary folder and a tenant. */
export class Workspace implements AsyncDisposable {
  /** The folder; programs run in it. */
  readonly folder: string;
  /** The tenant. */
  readonly tenant: Tenant;

  private constructor(folder: string, tenant: Tenant) {
    this.folder = folder;
    this.tenant = tenant;
  }

  /** Makes the folder, starts the tenant, and writes ca.pem and parameters.json. */
  static async open(): Promise<Workspace> {
    const workspace = new Workspace(await Deno.makeTempDir(), await Tenant.start());
    await workspace.write("ca.pem", workspace.tenant.ca);
    await workspace.write("parameters.json", workspace.tenant.parameters);
    return workspace;
  }

  /** Stops the tenant and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.tenant[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  /** Writes a file that only its owner can read; what is no text is written as JSON. */
  async write(name: string, content: unknown, { mode = 0o600 } = {}): Promise<string> {
    const path = `${this.folder}/${name}`;
    const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
    await Deno.writeTextFile(path, text, { mode });
    return path;
  }

  /** Runs the program in the folder, trusting the tenant's certificate. */
  async run(args: string[], options: RunOptions = {}): Promise<RunResult> {
    return await run(args, this.#inFolder(options));
  }

  /** Starts the program in the same way. */
  start(args: string[], options: RunOptions = {}): Deno.ChildProcess {
    return start(args, this.#inFolder(options));
  }

  /** Runs the program with the tenant's parameters.json, some of it replaced. */
  async call(parameters: Record<string, unknown> = {}, ...args: string[]): Promise<RunResult> {
    await this.write("parameters.json", { ...this.tenant.parameters, ...parameters });
    return await this.run(["parameters.json", ...args]);
  }
  /** The names of the folder's files, but for those that every workspace has. */
  get files(): string[] {
    return [...Deno.readDirSync(this.folder)].map(({ name }) => name).toSorted()
      .filter((name) => name !== "ca.pem" && name !== "parameters.json");
  }

  #inFolder({ env, ...options }: RunOptions): RunOptions {
    return {
      cwd: this.folder,
      env: { DENO_CERT: `${this.folder}/ca.pem`, ...env },
      ...options,
    };
  }
}
