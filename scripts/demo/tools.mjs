/**
 * @typedef {object} Tool in no provider's form
 * @property {string} name
 * @property {string} description
 * @property {object} parameters JSON Schema
 */

const text = (/** @type {string} */ description) => ({ type: "string", description });

function tool(name, description, properties) {
  return { name, description, parameters: { type: "object", properties, required: Object.keys(properties) } };
}

/** @type {Record<string, Tool>} */
export const tools = {
  find_order: tool("find_order", "Looks an order up: its state, what is in it, and when it is expected.", {
    order_number: text("As the customer wrote it, R- and five digits"),
  }),
  search_catalogue: tool("search_catalogue", "Searches what is in stock.", {
    query: text("Kind and use, in English"),
    max_price_eur: { type: "number", description: "Nothing dearer than this" },
  }),
  create_return_label: tool("create_return_label", "Makes a label for a return and mails it to the customer.", {
    order_number: text("The order"),
    reason: { type: "string", enum: ["size", "damage", "sound", "other"] },
  }),
  book_workshop: tool("book_workshop", "Reserves a day in the workshop.", {
    item: text("The instrument"),
    day: text("YYYY-MM-DD"),
  }),
  send_replacement: tool("send_replacement", "Sends the same instrument once more, on the day on which the other is collected.", {
    order_number: text("The order"),
    sku: text("What is sent"),
  }),
  refund: tool("refund", "Pays an order back once it has arrived. Above 500 euros a colleague confirms it.", {
    order_number: text("The order"),
    amount_eur: { type: "number", description: "How much" },
  }),
};

/**
 * The call that a topic leads to, and what the shop's systems answer; null where none is needed.
 *
 * @param {import("./language.mjs").Topic} topic
 * @param {import("./shop.mjs").Facts} facts
 * @returns {{ name: string, arguments: object, result: object } | null}
 */
export function callForTopic(topic, { item, other, order, dueDay, carrier, isFirst }) {
  const stock = (one) => ({ sku: one.sku, name: one.name, price_eur: one.euros, in_stock: one.euros % 7 });
  switch (topic) {
    case "order":
      return {
        name: "find_order",
        arguments: { order_number: order },
        result: {
          order_number: order,
          state: "in_transit",
          carrier,
          expected: dueDay,
          items: [{ sku: item.sku, name: item.name, quantity: 1 }],
        },
      };
    case "advice":
      return {
        name: "search_catalogue",
        arguments: { query: `${item.kind} beginner`, max_price_eur: Math.ceil(item.euros / 100) * 100 + 50 },
        result: { count: 2, items: [stock(item), stock(other)] },
      };
    case "return":
      return {
        name: "create_return_label",
        arguments: { order_number: order, reason: isFirst ? "size" : "damage" },
        result: { label_id: `L-${order.slice(2)}`, carrier, valid_until: dueDay, mailed: true },
      };
    case "repair":
      return {
        name: "book_workshop",
        arguments: { item: item.name, day: dueDay },
        result: { booking: `W-${order.slice(2)}`, day: dueDay, slot: "10:30" },
      };
    default:
      return null;
  }
}
