import type { ExportContent, ExportFormat } from "../../model/destination";
import { packNdjson } from "./ndjson";
import type { Packer } from "./packer";
import { packParquet } from "./parquet";

/** How objects of a format are made and named. */
export interface ObjectFormat {
  extension: "ndjson.gz" | "parquet";
  contentType: string;
  pack: (content: ExportContent) => Packer | Promise<Packer>;
}

const formats: Record<ExportFormat, ObjectFormat> = {
  ndjson: { extension: "ndjson.gz", contentType: "application/gzip", pack: packNdjson },
  parquet: { extension: "parquet", contentType: "application/vnd.apache.parquet", pack: packParquet },
};

/** The format of this name. */
export function formatOf(format: ExportFormat): ObjectFormat {
  return formats[format];
}
