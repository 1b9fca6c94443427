import { jsonBody } from "./operation";

/** Bodies as they are sent, for whoever learns by them. A test holds each to its schema. */
export const callExample = {
  project_id: "demo",
  all_messages: [
    { role: "user", content: "Why is the sky blue?" },
    { role: "assistant", content: "Rayleigh scattering." },
  ],
  call_info: { provider: "openai", model: "gpt-4o-mini" },
};

const { project_id: _, all_messages: messages, ...rest } = callExample;
/** The same by the Freeplay SDKs' wire, whose path names the project. */
export const completionExample = { messages, ...rest };

export const feedbackExample = jsonBody("Feedback", { helpful: true, comment: "Just what I needed." });
export const metadataExample = jsonBody("Metadata", { customer: "acme", plan: "pro" });
