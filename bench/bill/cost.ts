import prices from "../prices.json";

/** What is billed of one recording, on average. */
export interface Usage {
  requests: number;
  cpuMs: number;
  rowsWritten: number;
  rowsRead: number;
  queueOperations: number;
  classA: number;
  classB: number;
}

/** US dollars for a million recordings beyond what the plan includes, without storage, by what they are paid for. */
export function costOfMillion(usage: Usage): { total: number; parts: Record<keyof Usage, number> } {
  const { usd_per_million: price } = prices;
  const parts = {
    requests: usage.requests * price.requests,
    cpuMs: usage.cpuMs * price.cpu_ms,
    rowsWritten: usage.rowsWritten * price.d1_rows_written,
    rowsRead: usage.rowsRead * price.d1_rows_read,
    queueOperations: usage.queueOperations * price.queue_operations,
    classA: usage.classA * price.r2_class_a,
    classB: usage.classB * price.r2_class_b,
  };
  return { total: Object.values(parts).reduce((sum, part) => sum + part, 0), parts };
}

/** US dollars for keeping a million recordings a month, by their bytes in D1 and in the bucket. */
export function storageOfMillion(databaseBytes: number, archiveBytes: number): { d1: number; r2: number } {
  const { usd_per_gb_month: price } = prices;
  return { d1: (databaseBytes / 1000) * price.d1, r2: (archiveBytes / 1000) * price.r2 };
}
