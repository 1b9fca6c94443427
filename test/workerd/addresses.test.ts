import { expect, test } from "vitest";
import { checkAddress } from "../../src/export/reach/address";
import { refusedHosts, takenHosts } from "../unit/export/address-table";

test("workerd's URL parser reads hosts as Node's does: what is refused there is refused here", () => {
  for (const [host, reason] of refusedHosts) expect(() => checkAddress(`https://${host}/hook`, false), host).toThrow(reason);
  for (const host of takenHosts) expect(checkAddress(`https://${host}/hook`, false).protocol).toBe("https:");
});
