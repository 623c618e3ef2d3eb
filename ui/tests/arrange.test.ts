// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { picture } from '../mock/fixtures';
import { card, open, settled, tell } from './support';

const ten = picture('a', 'img 10.jpg', 'previewed');
const nine = picture('b', 'IMG 9.jpg', 'saved');
const lost = picture('c', 'other.jpg', 'unknown');
const pictures = [ten, nine, lost];
const names = () => screen.queryAllByTestId('picture-card').map(({ dataset }) => dataset.name);

async function choose(user: Awaited<ReturnType<typeof open>>['user'], testid: string): Promise<void> {
  await user.click(screen.getByTestId('arrange'));
  await user.click(await screen.findByTestId(testid));
  await user.keyboard('{Escape}');
  await settled();
}

describe('the order of the bench', () => {
  it('is by name as people count, or by what needs the user first', async () => {
    const { user } = await open({ pictures });
    expect(names()).toEqual(['img 10.jpg', 'IMG 9.jpg', 'other.jpg']);
    await choose(user, 'sort-name');
    expect(names()).toEqual(['IMG 9.jpg', 'img 10.jpg', 'other.jpg']);
    await choose(user, 'sort-state');
    expect(names()).toEqual(['other.jpg', 'img 10.jpg', 'IMG 9.jpg']);
  });

  it('is the one that the keyboard goes by', async () => {
    const { user } = await open({ pictures });
    await choose(user, 'sort-name');
    await user.click(card('b'));
    await user.keyboard('{ArrowRight}');
    expect(screen.getByTestId('opened').dataset.id).toBe('a');
  });
});

describe('what is shown', () => {
  it('is all that is picked: what cannot be seen is never paid', async () => {
    const { user } = await open({ pictures });
    await user.click(card('a'));
    await user.keyboard('{Control>}a{/Control}');
    expect(screen.getByTestId('bench-heading').textContent).toBe('3 of 3 selected');
    await choose(user, 'show-saved');
    expect(names()).toEqual(['IMG 9.jpg']);
    expect(screen.getByTestId('bench-heading').textContent).toBe('Saved: 1 of 3');
    await choose(user, 'show-all');
    expect(screen.getByTestId('bench-heading').textContent).toBe('3 of 3 selected');
  });

  it('follows what becomes of the pictures, and says when nothing is left', async () => {
    const { user } = await open({ pictures: [ten, nine] });
    await choose(user, 'show-todo');
    expect(names()).toEqual(['img 10.jpg']);
    tell({ kind: 'picture', picture: { ...ten, state: 'saved' } });
    await settled();
    expect(names()).toEqual([]);
    expect(screen.getByTestId('none-shown').textContent).toContain('Nothing is left to do.');
    await user.click(screen.getByRole('button', { name: 'Show all 2' }));
    expect(names()).toHaveLength(2);
  });

  it('is everything again when pictures come that it would hide', async () => {
    const { user } = await open({ pictures });
    await choose(user, 'show-saved');
    const fresh = picture('d', 'new.jpg', 'added');
    tell({ kind: 'added', added: { pictures: [fresh], refused: [], note: null } });
    await settled();
    expect(names()).toContain('new.jpg');
  });
});
