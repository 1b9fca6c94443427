/** What the test cases of a dataset are for: one completion each, or a whole trace. A dataset has one kind alone. */
export type DatasetKind = "completion" | "trace";

/** A named list of test cases. */
export interface Dataset {
  id: string;
  name: string;
  description: string | null;
  /** Null until it has a case, or whoever made it said so. */
  kind: DatasetKind | null;
  cases: number;
  createdUs: number;
}

/** A test case as it is stored: what was posted, under our own names, as JSON text. */
export interface TestCase {
  id: string;
  body: string;
}

/** A run over the test cases of a dataset, as it was ordered. */
export interface TestRun {
  id: string;
  datasetId: string;
  name: string | null;
  description: string | null;
  flavorName: string | null;
  createdUs: number;
}

/** A page that is named by its number, from 1 on. */
export interface NumberedPage {
  page: number;
  pageSize: number;
}
