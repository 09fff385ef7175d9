import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";

import { readPages } from "../lib/pages.ts";
import { edited, onPage } from "./support/faults.ts";
import { clientFor, failureOf } from "./support/graph_client.ts";
import { Tenant } from "./support/tenant.ts";

type Items = Record<string, unknown>[];

async function startTenant(userCount: number): Promise<Tenant> {
  const tenant = await Tenant.start();
  tenant.userCount = userCount;
  return tenant;
}

function usersOf({ origin }: Tenant, query = "?$top=2"): URL {
  return new URL(`${origin}/v1.0/users${query}`);
}

Deno.test("readPages() gives every item of every page, in order", async () => {
  await using tenant = await startTenant(5);
  const url = usersOf(tenant, "?$top=2&$count=true");
  const request = { url, headers: { consistencylevel: "eventual" } };
  const pages = await Array.fromAsync(readPages(clientFor(tenant).graph, request));
  deepStrictEqual(pages.map(({ items }) => items.length), [2, 2, 1]);
  deepStrictEqual(
    pages.flatMap(({ items }) => items as Items).map(({ mail }) => mail),
    [0, 1, 2, 3, 4].map((n) => `user${n}@contoso.example`),
  );
  strictEqual(pages[0].members["@odata.count"], 5);
  ok(!("@odata.nextLink" in pages[0].members) && !("value" in pages[0].members));
  // Graph carries no header from one page to the next.
  for (const { headers } of tenant.requests) {
    strictEqual(headers.get("consistencylevel"), "eventual");
  }
});

Deno.test("readPages() uses the link as it is", async () => {
  await using tenant = await startTenant(3);
  const link = `${tenant.origin}/v1.0/users?$skiptoken=m~AQAn%2B%20;x&y=%E2%82%AC+1`;
  tenant.reply("graph", edited((body) => ({ ...body, "@odata.nextLink": link })), () => {
    return Response.json({ value: [] });
  });
  await Array.fromAsync(readPages(clientFor(tenant).graph, { url: usersOf(tenant) }));
  strictEqual(tenant.requests[1].url.href, link);
});

Deno.test("readPages() takes a page without items for a page", async () => {
  await using tenant = await startTenant(4);
  tenant.reply("graph", edited((body) => ({ ...body, value: [] })));
  const pages = await Array.fromAsync(
    readPages(clientFor(tenant).graph, { url: usersOf(tenant) }),
  );
  deepStrictEqual(pages.map(({ items }) => items.length), [0, 2]);
});

Deno.test("readPages() asks for one page ahead, and for no more", async () => {
  await using tenant = await startTenant(10);
  const pages = readPages(clientFor(tenant).graph, { url: usersOf(tenant) });
  await pages.next();
  // The second page is under way, and the reader holds the first one.
  while (tenant.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 100));
  strictEqual(tenant.requests.length, 2);
  await pages.next();
  while (tenant.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  await pages.return(undefined);
  strictEqual(tenant.requests.length, 3);
});

const LIMITS: [number, number[], boolean, number][] = [
  [1, [1], true, 1],
  [2, [2], true, 1],
  [3, [2, 1], true, 2],
  [5, [2, 2, 1], false, 3],
  [9, [2, 2, 1], false, 3],
];

for (const [maxItems, sizes, isTruncated, requests] of LIMITS) {
  Deno.test(`readPages() stops after ${maxItems} of 5 items`, async () => {
    await using tenant = await startTenant(5);
    const { graph } = clientFor(tenant);
    const pages = await Array.fromAsync(readPages(graph, { url: usersOf(tenant) }, { maxItems }));
    deepStrictEqual(pages.map(({ items }) => items.length), sizes);
    deepStrictEqual(
      pages.map((page) => page.isTruncated),
      sizes.map((_, n) => isTruncated && n === sizes.length - 1),
    );
    strictEqual(tenant.requests.length, requests);
  });
}

const BAD_LINKS: [string, (tenant: Tenant) => unknown, RegExp][] = [
  [
    "another origin",
    () => "https://evil.example/v1.0/users",
    /leads to https:\/\/evil\.example, and/,
  ],
  ["http", ({ origin }) => `${origin.replace("https", "http")}/users`, /leads to http:\/\/127/],
  ["no address", () => "https://", /leads to nowhere, and/],
  ["no text", () => 7, /leads to nowhere, and/],
  ["the same page", (tenant) => usersOf(tenant).href, /followed before/],
];

for (const [name, link, message] of BAD_LINKS) {
  Deno.test(`readPages() gives the page, and then refuses a link to ${name}`, async () => {
    await using tenant = await startTenant(4);
    await using stranger = await Tenant.start();
    tenant.reply("graph", edited((body) => ({ ...body, "@odata.nextLink": link(tenant) })));
    const pages = readPages(clientFor(tenant).graph, { url: usersOf(tenant) });
    strictEqual((await pages.next()).value?.items.length, 2);
    const error = await failureOf(pages.next());
    strictEqual(error.code, "refused");
    match(error.message, /^Cannot go on after the page https:.*\/users\?\$top=2: /);
    match(error.message, message);
    deepStrictEqual([tenant.requests.length, stranger.connections], [1, 0]);
  });
}

Deno.test("readPages() ends when two pages lead to each other", async () => {
  await using tenant = await startTenant(9);
  const [a, b] = ["a", "b"].map((token) => `${tenant.origin}/v1.0/users?$skiptoken=${token}`);
  const page = (link: string) => () => Response.json({ value: [{}], "@odata.nextLink": link });
  tenant.reply("graph", page(a), page(b), page(a));
  const pages = readPages(clientFor(tenant).graph, { url: usersOf(tenant) });
  const sizes: number[] = [];
  await rejects(async () => {
    for await (const { items } of pages) sizes.push(items.length);
  }, /its link was followed before$/);
  deepStrictEqual([sizes, tenant.requests.length], [[1, 1, 1], 3]);
});

for (
  const [state, body] of [['has no "value"', {}], ["is no array", { value: 1 }], ["has no", null]]
) {
  Deno.test(`readPages() refuses an answer that ${state} (${JSON.stringify(body)})`, async () => {
    await using tenant = await Tenant.start();
    tenant.reply("graph", () => Response.json(body));
    const pages = readPages(clientFor(tenant).graph, { url: usersOf(tenant) });
    const error = await failureOf(pages.next());
    strictEqual(error.code, "refused");
    match(
      error.message,
      /^Cannot read the pages of https:.*\/users\?\$top=2: .*(no "value"|no array)$/,
    );
  });
}

Deno.test("readPages() throws what stops a page ahead after the page before it", async () => {
  await using tenant = await startTenant(6);
  tenant.reply("graph", ...onPage(2, () => new Response(null, { status: 404 })));
  const pages = readPages(clientFor(tenant).graph, { url: usersOf(tenant) });
  strictEqual((await pages.next()).value?.items.length, 2);
  strictEqual((await failureOf(pages.next())).code, "not_found");
});
