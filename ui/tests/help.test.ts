import { describe, expect, it } from 'vitest';

import type { HelpTopic } from '../src/lib/bindings/HelpTopic';
import { matching, topicOfBanner } from '../src/lib/help.svelte';

const topic = (id: string, title: string, text: string): HelpTopic => ({ id, group: 'Credits', title, parts: [{ name: 'What it cost.', text }] });

describe('the help', () => {
  it('finds the page about a banner by its id without the number', () => {
    expect(topicOfBanner('notice-share-80')).toBe('notice-share');
    expect(topicOfBanner('notice-payg')).toBe('notice-payg');
    expect(topicOfBanner('vault-limit')).toBe('vault-limit');
    expect(topicOfBanner('preview-0197a0b2-6c3d-7f00-8a11-c0ffee000001')).toBe('preview');
  });

  it('finds pages that hold every word, wherever it stands', () => {
    const topics = [topic('out_of_credits', 'Not enough credits', 'Nothing.'), topic('paid_lost', 'Charged without a usable picture', 'The price.')];
    expect(matching(topics, 'price charged').map(({ id }) => id)).toEqual(['paid_lost']);
    expect(matching(topics, '  ')).toHaveLength(2);
    expect(matching(topics, 'nowhere')).toHaveLength(0);
  });
});
