import type { AccountKind } from "./AccountKind";

export type ServiceView = { id: string, name: string, kind: AccountKind, needs_prefix: boolean, needs_key: boolean, ends_at: string | null, };
