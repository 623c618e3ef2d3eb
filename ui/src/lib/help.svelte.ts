/**
 * The help: which page of it is open, and the pages once they were asked for. The words come from the core, so that both faces of the
 * program say the same.
 */

import type { HelpTopic } from './bindings/HelpTopic';
import * as client from './bindings/client';
import { holdsEvery } from './search';

/** The page that is always one click away. */
export const COSTS = 'what-costs-what';

export class Help {
  open = $state(false);
  topics: readonly HelpTopic[] = $state.raw([]);
  /** What is read; none for the list of all. */
  id: string | null = $state(null);
  query = $state('');

  readonly topic = $derived(this.topics.find(({ id }) => id === this.id) ?? null);
  readonly found = $derived(matching(this.topics, this.query));

  /** Opens the help at a page, or at the list of all. */
  show = async (id: string | null = null): Promise<void> => {
    this.id = id;
    this.query = '';
    this.open = true;
    if (this.topics.length === 0) this.topics = await client.help();
  };
}

/** The page about a banner: its id without the number that tells it from its like. */
export function topicOfBanner(banner: string): string {
  return banner.startsWith('notice-share-') ? 'notice-share' : banner.replace(/-[0-9a-f]{8}-[0-9a-f-]+$/, '');
}

/** The pages in which every word stands somewhere. */
export function matching(topics: readonly HelpTopic[], query: string): readonly HelpTopic[] {
  return topics.filter(({ title, id, parts }) => holdsEvery([title, id, ...parts.map(({ text }) => text)].join(' '), query));
}
