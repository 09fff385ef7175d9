import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";

import type { GraphClient, GraphRequest } from "../lib/graph.ts";
import { readBytes } from "../lib/transfer.ts";
import { fileBytes } from "./support/downloads.ts";
import { breakAfter, busy } from "./support/faults.ts";
import { clientFor, failureOf } from "./support/graph_client.ts";
import { type Reply, Tenant } from "./support/tenant.ts";

async function download(graph: GraphClient, request: GraphRequest): Promise<Uint8Array> {
  const response = await graph.send(request);
  const chunks = await Array.fromAsync(readBytes(graph, { request, response }));
  return await new Response(new Blob(chunks).stream()).bytes();
}

async function startTenant(): Promise<Tenant> {
  const tenant = await Tenant.start();
  tenant.app.roles = ["Files.Read.All"];
  return tenant;
}

function requestFor({ origin }: Tenant): GraphRequest {
  return { url: new URL(`${origin}/v1.0/drives/d/items/i/content`) };
}

Deno.test("readBytes() reads a download from its pre-authenticated address, without the token", async () => {
  await using tenant = await startTenant();
  const bytes = await download(clientFor(tenant).graph, requestFor(tenant));
  deepStrictEqual(bytes, fileBytes(0, tenant.fileSize));
  const [{ headers }] = tenant.downloads.requests;
  strictEqual(headers.get("authorization"), null);
  strictEqual(headers.get("client-request-id"), null);
  deepStrictEqual([tenant.requests.length, tenant.downloads.requests.length], [1, 1]);
});

Deno.test("readBytes() goes on where the connection broke, as often as it does", async () => {
  await using tenant = await startTenant();
  tenant.fileSize = 300_000;
  tenant.reply("download", breakAfter(90_000), breakAfter(50_000));
  const bytes = await download(clientFor(tenant).graph, requestFor(tenant));
  deepStrictEqual(bytes, fileBytes(0, 300_000));
  const ranges = tenant.downloads.requests.map(({ headers }) => headers.get("range"));
  strictEqual(ranges.length, 3);
  strictEqual(ranges[0], null);
  match(String(ranges[1]), /^bytes=\d+-$/);
  strictEqual(tenant.downloads.requests[1].headers.get("if-range"), '"1"');
  // Each time Graph is asked for an address anew: the old one is valid for minutes only.
  strictEqual(tenant.requests.length, 3);
});

const unranged: Reply = async ({ headers }, { answer }) => {
  headers.delete("range");
  return await answer();
};

Deno.test("readBytes() passes over what it has when the range is ignored", async () => {
  await using tenant = await startTenant();
  tenant.reply("download", breakAfter(70_000), unranged);
  const bytes = await download(clientFor(tenant).graph, requestFor(tenant));
  deepStrictEqual(bytes, fileBytes(0, tenant.fileSize));
});

Deno.test("readBytes() never joins two versions of a file", async () => {
  await using tenant = await startTenant();
  tenant.reply("download", breakAfter(70_000), async (_, { answer }) => {
    tenant.downloads.etag = '"2"';
    return await answer();
  });
  const error = await failureOf(download(clientFor(tenant).graph, requestFor(tenant)));
  strictEqual(error.code, "try_again");
  strictEqual(error.message, "Cannot go on with the download: the file changed meanwhile");
});

/** Answers a range with fewer bytes than were asked for, as some proxies do. */
const capped: Reply = ({ headers }, { answer }) => {
  const begin = Number(/\d+/.exec(headers.get("range") ?? "")?.[0]);
  headers.set("range", `bytes=${begin}-${begin + 9_999}`);
  return answer();
};

Deno.test("readBytes() asks for what an answer to a range leaves out", async () => {
  await using tenant = await startTenant();
  tenant.reply("download", breakAfter(70_000), capped, capped);
  const bytes = await download(clientFor(tenant).graph, requestFor(tenant));
  deepStrictEqual(bytes, fileBytes(0, tenant.fileSize));
  ok(tenant.downloads.requests.length >= 4);
});

Deno.test("readBytes() never takes a file that became shorter for the whole", async () => {
  await using tenant = await startTenant();
  const short: Reply = () => new Response("short", { headers: { etag: '"1"' } });
  tenant.reply("download", breakAfter(70_000), short);
  const error = await failureOf(download(clientFor(tenant).graph, requestFor(tenant)));
  strictEqual(error.message, "Cannot go on with the download: the file changed meanwhile");
});

const LIES: [string, number, Record<string, string>, number][] = [
  ["another ETag and the same date", 206, {
    etag: '"2"',
    "last-modified": "Sun, 22 Nov 2026 10:00:00 GMT",
    "content-range": "bytes 70000-99999/100000",
  }, 30_000],
  ["another length", 206, { etag: '"1"', "content-range": "bytes 70000-199999/200000" }, 130_000],
  ["no length", 206, { etag: '"1"', "content-range": "bytes 70000-99999/*" }, 30_000],
  [
    "more than its length",
    206,
    { etag: '"1"', "content-range": "bytes 70000-99999/100000" },
    80_000,
  ],
  ["a longer file", 200, { etag: '"1"' }, 120_000],
  ["nothing after what came", 416, { "content-range": "bytes */60000" }, 0],
];

for (const [name, status, headers, length] of LIES) {
  Deno.test(`readBytes() never takes ${name} for the rest`, async () => {
    await using tenant = await startTenant();
    const broken: Reply = (_, { response }) => {
      const date = "Sun, 22 Nov 2026 10:00:00 GMT";
      const head = { etag: '"1"', "last-modified": date, "content-length": "100000" };
      const bytes = fileBytes(0, 70_000);
      response.writeHead(200, head).write(bytes, () => setTimeout(() => response.destroy(), 20));
      return undefined;
    };
    const rest = () => new Response(fileBytes(0, length), { status, headers });
    tenant.reply("download", broken, ...Array<Reply>(5).fill(rest));
    const error = await failureOf(download(clientFor(tenant).graph, requestFor(tenant)));
    strictEqual(error.code, "try_again");
    match(error.message, /: the file changed meanwhile$/);
  });
}

Deno.test("readBytes() refuses a part that was not asked for", async () => {
  await using tenant = await startTenant();
  const headers = { etag: '"1"', "content-range": "bytes 500-599/100000" };
  tenant.reply("download", () => new Response(fileBytes(500, 600), { status: 206, headers }));
  const error = await failureOf(download(clientFor(tenant).graph, requestFor(tenant)));
  strictEqual(error.message, "Cannot download: a part came that was not asked for");
});

Deno.test("readBytes() gives the part that was asked for", async () => {
  await using tenant = await startTenant();
  const request = { ...requestFor(tenant), headers: { range: "bytes=500-599" } };
  deepStrictEqual(await download(clientFor(tenant).graph, request), fileBytes(500, 600));
});

Deno.test("readBytes() gives up when nothing more comes", async () => {
  await using tenant = await startTenant();
  tenant.reply("download", ...Array<Reply>(9).fill(breakAfter(1_000)));
  const error = await failureOf(download(clientFor(tenant).graph, requestFor(tenant)));
  strictEqual(error.code, "try_again");
  match(error.message, /^Cannot reach 127\.0\.0\.1:\d+: /);
  strictEqual(tenant.downloads.requests.length, 5);
});

Deno.test("readBytes() does not go on with a part that was asked for", async () => {
  await using tenant = await startTenant();
  tenant.reply("download", breakAfter(1_000));
  const request = { ...requestFor(tenant), headers: { range: "bytes=10-50000" } };
  await rejects(download(clientFor(tenant).graph, request), /^ToolError: Cannot reach/);
  strictEqual(tenant.downloads.requests[0].headers.get("range"), "bytes=10-50000");
  strictEqual(tenant.downloads.requests.length, 1);
});

Deno.test("readBytes() never joins parts that nothing tells to be of one file", async () => {
  await using tenant = await startTenant();
  tenant.reply("download", async (request, exchange) => {
    tenant.downloads.etag = "";
    return await breakAfter(1_000)(request, exchange);
  });
  await rejects(download(clientFor(tenant).graph, requestFor(tenant)), /^ToolError: Cannot reach/);
  strictEqual(tenant.downloads.requests.length, 1);
});

Deno.test("readBytes() sends no POST again", async () => {
  await using tenant = await startTenant();
  tenant.reply("graph", (_, { response }) => {
    const headers = { "content-type": "application/octet-stream", "request-id": "1", etag: '"1"' };
    response.writeHead(200, headers).write("half", () => response.destroy());
    return undefined;
  });
  const request = { method: "POST", url: new URL(`${tenant.origin}/v1.0/reports/export`) };
  await rejects(
    download(clientFor(tenant).graph, request),
    /1 attempt; it may have been carried out$/,
  );
  strictEqual(tenant.requests.length, 1);
});

Deno.test("readBytes() takes a file of any type as it is, and asks for it once", async () => {
  await using tenant = await startTenant();
  const text = '{ "a": 1.0 }';
  const headers = { "content-type": "application/json", "request-id": "1" };
  tenant.reply("graph", () => new Response(text, { headers }));
  const bytes = await download(clientFor(tenant).graph, requestFor(tenant));
  strictEqual(new TextDecoder().decode(bytes), text);
  strictEqual(tenant.requests.length, 1);
});

Deno.test("GraphClient tells what the address of a download answers", async () => {
  await using tenant = await startTenant();
  const { graph } = clientFor(tenant);
  tenant.reply("download", () => new Response("no", { status: 400 }));
  const refused = await failureOf(graph.send(requestFor(tenant)));
  strictEqual(refused.code, "refused");
  match(refused.message, /^Cannot download from 127\.0\.0\.1:\d+: it answered 400$/);
  tenant.reply("download", () => new Response("no", { status: 403 }));
  strictEqual((await failureOf(graph.send(requestFor(tenant)))).code, "try_again");
  tenant.reply("download", () => new Response("x", { headers: { "content-encoding": "gzip" } }));
  const encoded = await failureOf(graph.send(requestFor(tenant)));
  match(encoded.message, /: it sends gzip, which was not asked for$/);
  tenant.reply("download", ...Array<Reply>(5).fill(busy(503)));
  const error = await failureOf(graph.send(requestFor(tenant)));
  strictEqual(error.code, "try_again");
  match(error.message, /^Cannot download from 127\.0\.0\.1:\d+: 503, 5 attempts; run again/);
});
