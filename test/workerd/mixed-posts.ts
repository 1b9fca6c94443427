import type { Answer, Ask } from "./collector";

/** What a post should become of, as the test that sends it counts: entries of the ledger, and what is told of each id that its body carried. */
export interface MixedPost {
  path: string;
  ask: Ask;
  /** Null where it depends on the moment, as with a key that may send only so many. */
  status: number | null;
  project: string;
  becomes: Record<string, number>;
  ids: { id: string; status: "stored" | "rejected"; code?: string; paths?: string[] }[];
}

/** Whom the posts are sent by and to. */
export interface Senders {
  project: string;
  ingestKey: string;
  readKey: string;
  /** Of a key with a rate tier, for the same project. */
  tieredKey: string;
}

const recordings = "/v1/recordings";
const messages = [{ role: "user", content: "hello" }];

/** The posts numbered from 0 on: of each kind in turn, so that every kind stands beside every other. */
export function mixedPost(number: number, { project, ingestKey, readKey, tieredKey }: Senders): MixedPost {
  const id = `m-${number}`;
  const valid = (own: string): Answer => ({ project_id: project, id: own, all_messages: messages });
  const post = (body: unknown, status: number, becomes: Record<string, number>, ids: MixedPost["ids"] = []): MixedPost => {
    return { path: recordings, ask: { key: ingestKey, body }, status, project, becomes, ids };
  };
  const rejected = (own: string, code: string, paths: string[]) => ({ id: own, status: "rejected" as const, code, paths });
  const kinds: (() => MixedPost)[] = [
    () => post(valid(id), 201, { stored: 1 }, [{ id, status: "stored" }]),
    () => post([valid(`${id}-a`), valid(`${id}-b`)], 200, { stored: 2 }, [{ id: `${id}-a`, status: "stored" }]),
    // The recording of the round before.
    () => post(valid(`m-${number - 2 - kindsCount}`), 201, number < kindsCount ? { stored: 1 } : { duplicate: 1 }),
    () => post([valid(id), valid(id)], 200, { stored: 1, duplicate: 1 }, [{ id, status: "stored" }]),
    () => post({ ...valid(id), all_messages: "none" }, 400, { "rejected:bad_request": 1 }, [rejected(id, "bad_request", ["all_messages"])]),
    () => {
      const bad = { ...valid(`${id}-bad`), call_info: { provider: "openai" } };
      const ids = [rejected(`${id}-bad`, "bad_request", ["call_info.model"]), { id, status: "stored" as const }];
      return post([bad, valid(id), 5], 200, { stored: 1, "rejected:bad_request": 2 }, ids);
    },
    () => post({ ...valid(id), project_id: "another" }, 404, { "rejected:not_found": 1 }, [rejected(id, "not_found", [])]),
    () => {
      const ask = { key: ingestKey, body: "{ no JSON", headers: { "Content-Type": "application/json" } };
      return { ...post(null, 400, { "rejected:bad_request": 1 }), ask };
    },
    () =>
      post(
        Array.from({ length: 501 }, () => 1),
        413,
        { "rejected:too_large": 1 },
      ),
    () => ({ ...post(valid(id), 401, { "rejected:unauthorized": 1 }), ask: { key: null, body: valid(id) }, project: "unknown" }),
    () => ({ ...post(valid(id), 403, { "rejected:forbidden": 1 }), ask: { key: readKey, body: valid(id) } }),
    () => {
      const ask = { key: ingestKey, body: "x", headers: { "Content-Type": "text/csv" } };
      return { ...post(null, 415, { "rejected:unsupported_media_type": 1 }), ask };
    },
    () => ({ ...post(valid(id), 201, {}), ask: { key: tieredKey, body: valid(id) }, status: null }),
    () => {
      const path = `/api/v2/projects/${project}/sessions/s/completions`;
      return { ...post({ completion_id: id, messages }, 201, { stored: 1 }, [{ id, status: "stored" }]), path };
    },
    () => {
      const path = `/v2/projects/${project}/sessions/s/completions`;
      return {
        ...post({ completion_id: id, messages: 5 }, 400, { "rejected:bad_request": 1 }, [rejected(id, "bad_request", ["messages"])]),
        path,
      };
    },
  ];
  const kind = kinds[number % kindsCount];
  if (kind === undefined || kinds.length !== kindsCount) throw new Error("The kinds are not counted.");
  return kind();
}

/** How many kinds there are, and which is sent by the key that may send only so many. */
export const kindsCount = 15;
export const tieredKind = 12;
