import type { FormatChoice } from "./FormatChoice";
import type { SizeChoice } from "./SizeChoice";

export type OutputOptions = { size: SizeChoice, format: FormatChoice, background: string | null, };
