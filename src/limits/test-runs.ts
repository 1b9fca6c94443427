/** The bounds of datasets and test runs. */
export const testRunLimits = {
  /** Datasets of a project, and characters of a description: they are listed. */
  datasetsMax: 1000,
  descriptionCharsMax: 2000,
  /** Test cases of a dataset, and bytes of them all: a test run is answered with each, some of it under three names, in one text. */
  datasetCasesMax: 5000,
  datasetBytesMax: 8_000_000,
  /** Bytes of one test case: as part of a statement's parameter, each quote escaped, it is twice as much, and D1 takes 2 MB. */
  testCaseBytesMax: 500_000,
  /** Bytes of a post of test cases, and cases in it: some tens of milliseconds of CPU. */
  testCasesPostBytesMax: 5_000_000,
  testCasesPerPost: 1000,
  /** Rows on a page that is named by its number, and such pages: those before are walked over. */
  numberedRowsDefault: 25,
  numberedRowsMax: 100,
  numberedPagesMax: 1000,
  /** Recordings, and as many traces, of one test run that are summed up, and bytes of their rows that are parsed for it: half a second of D1 at worst. */
  summedRowsMax: 5000,
  summedBytesMax: 32_000_000,
  /** Evaluations of a test run that are told, characters of a name, the most frequent texts of one, and characters of such. */
  evaluationsToldMax: 200,
  evaluationNameCharsMax: 256,
  evaluationTextsTold: 20,
  evaluationTextCharsMax: 200,
} as const;
