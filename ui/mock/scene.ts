/** What the made-up core begins with. */

import type { CreditsView } from '../src/lib/bindings/CreditsView';
import type { HistoryView } from '../src/lib/bindings/HistoryView';
import type { Overview } from '../src/lib/bindings/Overview';
import type { Problem } from '../src/lib/bindings/Problem';
import type { QuoteView } from '../src/lib/bindings/QuoteView';
import type { VaultView } from '../src/lib/bindings/VaultView';
import type { Balance } from './quotes';

export interface Scene {
  overview: Overview;
  /** What the account holds; `null`: unknown. */
  balance?: Balance | null;
  /** What is to stand in every quote besides what is worked out. */
  quote?: Partial<QuoteView>;
  history?: Pick<HistoryView, 'rows' | 'days'>;
  /** What the Credits view is told, or why it is told nothing. */
  credits?: CreditsView | Problem;
  /** What is kept of what was paid. */
  vault?: VaultView;
}
