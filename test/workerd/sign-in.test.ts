import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { adminKey, origin } from "./collector";

async function signIn(to: string): Promise<Response> {
  return await exports.default.fetch(`${origin}/sign-in`, {
    method: "POST",
    headers: { Origin: origin, Accept: "text/html" },
    body: new URLSearchParams({ key: adminKey, to }),
    redirect: "manual",
  });
}

test.for<[string, string]>([
  ["/recordings?project_id=p&model=a%20b", "/recordings?project_id=p&model=a%20b"],
  ["/sessions/a%2Fb#part", "/sessions/a%2Fb"],
  ["", "/"],
  ["recordings", "/"],
  ["https://other.test/", "/"],
  ["//other.test/", "/"],
  ["/\\other.test/", "/"],
  ["\\\\other.test/", "/"],
  ["/\t/other.test/", "/"],
  ["/\n/other.test/", "/"],
  [" //other.test/", "/"],
  ["/.//other.test/", "/"],
  ["/a/..//other.test/", "/"],
  ["/%2e//other.test/", "/"],
  ["/x/%2e%2e/%2e%2e//other.test", "/"],
  ["javascript:alert(1)", "/"],
  ["/\r\nSet-Cookie: a=b", "/Set-Cookie:%20a=b"],
  ["//user@other.test:80/", "/"],
  ["/@other.test", "/@other.test"],
])("whoever signs in goes on within the collector: %j leads to %s", async ([to, path]) => {
  const answer = await signIn(to);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("Location")).toBe(path);
  expect(new URL(path, origin).origin).toBe(origin);
});
