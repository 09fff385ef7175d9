/**
 * Runs every path that fails with `--verbose`, and proves that neither secret, key, assertion nor
 * token is in the output, or in what the library throws.
 *
 * @module
 */

import { notStrictEqual, ok } from "node:assert/strict";

import { loadSettings } from "../lib/config.ts";
import { Log } from "../lib/log.ts";
import { openSession } from "../lib/session.ts";
import { type Reply, reset, type Tenant } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

/** Sends back what it was sent, as a hostile or careless gateway would. */
function echo(status: number, type: string): Reply {
  return ({ body, headers }) => {
    const sent = `${decodeURIComponent(body)} ${headers.get("authorization")}`;
    const text = type === "json"
      ? JSON.stringify({ error: sent, error_description: sent, message: sent })
      : `<html>${sent}`;
    const inHeaders = Object.fromEntries(
      ["request-id", "x-ms-ags-diagnostic", "date"].map((name) => [name, sent]),
    );
    return new Response(text, {
      status,
      headers: { ...inHeaders, "content-type": `text/${type}`, "retry-after": "0" },
    });
  };
}

const FAULTS: [string, Reply][] = [
  ["echo with 400 as JSON", echo(400, "json")],
  ["echo with 403 as JSON", echo(403, "json")],
  ["echo with 503 as JSON", echo(503, "json")],
  ["echo with 200 as HTML", echo(200, "html")],
  ["echo with 404 as HTML", echo(404, "html")],
  ["a token cut off", () => new Response('{"access_token":"eyJhbGciOiJIUzI1NiIsInR5cCI6')],
  ["a reset", reset],
  ["a redirect", () => Response.redirect("https://evil.example/", 307)],
];

type Kind = "secret" | "certificate";

/** Writes the settings for a kind of credential, and gives what must never be shown. */
async function prepare(workspace: Workspace, kind: Kind): Promise<string[]> {
  const { tenant } = workspace;
  if (kind === "secret") return [tenant.app.secret];
  const { secret: _, ...rest } = tenant.parameters;
  await workspace.write("both.pem", tenant.keys.certificate + tenant.keys.privateKey);
  await workspace.write("parameters.json", { ...rest, certificate_file: "both.pem" });
  return tenant.keys.privateKey.split("\n").filter((line) => line.length > 40);
}

/** Gives the assertions and tokens that went over the wire. */
function sentBy(tenant: Tenant): string[] {
  return tenant.requests.flatMap(({ body, headers }) => {
    const assertion = new URLSearchParams(body).get("client_assertion");
    const token = headers.get("authorization")?.replace("Bearer ", "");
    return [assertion, token].filter((text) => text !== null && text !== undefined);
  });
}

/** Fails when any of these, or a good part of one, is in the text. */
function hasNone(text: string, secrets: string[]): void {
  for (const secret of secrets) ok(!text.includes(secret.slice(0, 24)), text);
}

async function inspectFailure(workspace: Workspace): Promise<string> {
  const lines: string[] = [];
  const log = new Log((line) => lines.push(line), { verbose: true });
  const configFile = `${workspace.folder}/parameters.json`;
  try {
    const settings = await loadSettings({ configFile, log });
    lines.push(Deno.inspect(settings, { depth: 9 }), JSON.stringify(settings));
    const options = { log, fetch: workspace.tenant.fetch, maxRetries: 0 };
    const graph = await openSession(settings, options);
    lines.push(Deno.inspect(graph, { depth: 9, showHidden: true }));
    await graph.request({ url: settings.endpoints[0] });
  } catch (error) {
    lines.push(Deno.inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error));
    lines.push(String((error as Error).stack));
  }
  return lines.join("\n");
}

for (const kind of ["secret", "certificate"] as const) {
  for (const service of ["token", "graph"] as const) {
    Deno.test(`no ${kind} or token is shown when the ${service} service fails`, async () => {
      await using workspace = await Workspace.open();
      const { tenant } = workspace;
      const secrets = await prepare(workspace, kind);
      for (const [index, [name, reply]] of FAULTS.entries()) {
        tenant.requests.length = 0;
        tenant.reply(service, reply);
        const format = index % 2 === 0 ? "text" : "json";
        const args = ["--verbose", "--log-format", format, "--max-retries", "0"];
        const { code, stdout, stderr } = await workspace.run(["parameters.json", ...args]);
        notStrictEqual(code, 0, name);
        hasNone(stdout + stderr, [...secrets, ...sentBy(tenant)]);
      }
    });
  }

  Deno.test(`no ${kind} or token is in what the library gives and throws`, async () => {
    await using workspace = await Workspace.open();
    const { tenant } = workspace;
    const secrets = await prepare(workspace, kind);
    for (const service of ["token", "graph"] as const) {
      for (const [_, reply] of FAULTS) {
        tenant.requests.length = 0;
        tenant.reply(service, reply);
        hasNone(await inspectFailure(workspace), [...secrets, ...sentBy(tenant)]);
      }
    }
  });
}
