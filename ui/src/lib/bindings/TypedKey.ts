export type TypedKey = string;
