import type { PictureView } from "./PictureView";
import type { Refused } from "./Refused";

export type Added = { pictures: Array<PictureView>, refused: Array<Refused>, };
