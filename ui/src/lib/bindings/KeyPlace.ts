export type KeyPlace = "not_needed" | "keyring" | "this_session" | "environment" | "missing";
