import type { OutputOptions } from "./OutputOptions";
import type { SourceView } from "./SourceView";

export type ResultView = { charged: string, basis: SourceView, width: number, height: number, file_name: string, from_vault: boolean, options: OutputOptions, warnings: Array<string>, };
