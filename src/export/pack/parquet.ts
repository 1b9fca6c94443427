import type { SchemaElement } from "hyparquet-writer";
import { joinBytes } from "../../model/bytes";
import type { ExportContent } from "../../model/destination";
import { version } from "../../version";
import { type ColumnRow, type ColumnType, type ExportColumn, exportColumns } from "./columns";
import { contentOf } from "./content";
import type { ExportRow } from "./export-row";
import { metadataOf } from "./metadata-only";
import type { Packer } from "./packer";

/** Packs rows as Parquet, the rows of each `add` as one row group. The writer is loaded on first use: an isolate that only ingests never reads it. */
export async function packParquet(content: ExportContent): Promise<Packer> {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: `aircheck ${version}` });
  const packed: Uint8Array<ArrayBuffer>[] = [];
  const takeBytes = () => {
    packed.push(bytes.getBytes().slice());
    bytes.index = 0;
  };
  return {
    add: async (rows) => {
      if (rows.length === 0) return;
      await writer.write({ columnData: columnsOf(rows, content), rowGroupSize: rows.length });
      // A writer's buffer doubles, and copies all that is in it: it never holds more than a row group.
      takeBytes();
    },
    finish: async () => {
      await writer.finish();
      takeBytes();
      return joinBytes(packed);
    },
  };
}

/**
 * JSON is annotated as a string. As JSON, ClickHouse would make objects of it and fail at lists, and others know bytes
 * alone; text is text everywhere, and every one of them reads JSON from text. Types are given in the old form beside
 * the new, for readers of before 2019.
 */
const elementTypes: Record<ColumnType, Pick<SchemaElement, "type" | "converted_type" | "logical_type">> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  json: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  int32: { type: "INT32" },
  int64: { type: "INT64" },
  double: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  timestamp: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
};

const schema: SchemaElement[] = [
  { name: "recording", num_children: exportColumns.length },
  ...exportColumns.map(({ name, type, isNullable }) => ({
    name,
    repetition_type: isNullable ? ("OPTIONAL" as const) : ("REQUIRED" as const),
    ...elementTypes[type],
  })),
];

function columnsOf(rows: ExportRow[], content: ExportContent) {
  const columns = exportColumns.map((column) => ({ column, data: Array.from<unknown>({ length: rows.length }) }));
  // Row by row, so that one content at a time is parsed.
  for (const [at, row] of rows.entries()) {
    const columnRow = toColumnRow(row, content);
    for (const { column, data } of columns) data[at] = storedValue(column, columnRow);
  }
  return columns.map(({ column: { name, type }, data }) => ({ name, data, statistics: type !== "json" }));
}

function toColumnRow(row: ExportRow, content: ExportContent): ColumnRow {
  if (row.isDeleted) return { row, content: {}, contentOmitted: null };
  const whole = contentOf(row.recording);
  if (content === "full") return { row, content: whole, contentOmitted: null };
  return { row, content: metadataOf(whole), contentOmitted: "metadata_only" };
}

/** The writer takes 64 bits as a bigint. */
function storedValue({ type, value }: ExportColumn, row: ColumnRow): unknown {
  const given = value(row);
  return typeof given === "number" && (type === "int64" || type === "timestamp") ? BigInt(given) : given;
}
