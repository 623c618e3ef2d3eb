/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where pictures are served from when no desktop shell is there to serve them; unset in every build. */
  readonly VITE_PICTURES?: string;
}
