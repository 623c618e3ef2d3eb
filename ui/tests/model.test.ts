// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { problem, settings } from '../mock/fixtures';
import { vault } from '../mock/vaultdesk';
import { open, settled } from './support';

const BUILT_IN = { file: null, description: 'U²-Net, 384 pixels at the longer side' };
const OWN = { file: 'isnet.onnx', description: 'IS-Net, 1024 × 1024 pixels' };

/** The Settings view over a core with this model, that answers a choice with `chosen`. */
async function model(first: typeof BUILT_IN | typeof OWN, chosen: () => unknown = () => OWN) {
  const opened = await open({ settings }, { vault: () => vault(), model: () => first, choose_model: chosen, use_built_in_model: () => BUILT_IN });
  await opened.user.click(screen.getByTestId('rail-settings'));
  await settled();
  return opened;
}

const text = (id: string): string => screen.getByTestId(id).textContent.trim();

describe('the model on this computer', () => {
  it('is the one that came along, until another is chosen by the system’s dialog', async () => {
    const { user, asked } = await model(BUILT_IN);
    expect(text('model-file')).toBe('The one that came with Clearcut');
    expect(screen.queryByTestId('model-built-in')).toBeNull();
    await user.click(screen.getByTestId('model-choose'));
    await settled();
    expect(asked('choose_model').at(-1)?.args).toEqual({});
    expect([text('model-file'), text('model-description')]).toEqual([OWN.file, OWN.description]);
  });

  it('goes back to the one that came along', async () => {
    const { user, asked } = await model(OWN);
    await user.click(screen.getByTestId('model-built-in'));
    await settled();
    expect(asked('use_built_in_model')).toHaveLength(1);
    expect(text('model-description')).toBe(BUILT_IN.description);
  });

  it('stays where the chosen file is none, which is told', async () => {
    const refused = problem('bad_request', 'cat.onnx cannot be used: it is no ONNX file.', 'The model so far stays.');
    const { user } = await model(OWN, () => Promise.reject(refused));
    await user.click(screen.getByTestId('model-choose'));
    await settled();
    expect(screen.getByTestId('model-settings').textContent).toContain(refused.message);
    expect(text('model-file')).toBe(OWN.file);
    expect(screen.getByTestId('model-choose')).toHaveProperty('disabled', false);
  });
});
