/** The made-up core's answers for the Credits view: plan, prompts, proposals, notices. */

import type { CreditsView } from '../src/lib/bindings/CreditsView';
import type { Overview } from '../src/lib/bindings/Overview';
import type { PlanInput } from '../src/lib/bindings/PlanInput';
import type { Problem } from '../src/lib/bindings/Problem';
import type { QuietHours } from '../src/lib/bindings/QuietHours';
import { catalogue, creditsView, cycle } from './credits';

export class CreditsDesk {
  #view: CreditsView | Problem;
  #overview: Overview;

  constructor(view: CreditsView | Problem | undefined, overview: Overview) {
    this.#overview = overview;
    this.#view = view ?? creditsView({ gauge: overview.gauge });
  }

  answer(command: string, args: Record<string, unknown>): unknown {
    switch (command) {
      case 'credits':
        return this.#shown();
      case 'catalogue':
        return catalogue;
      case 'set_plan':
        return this.#setPlan(args.plan as PlanInput);
      case 'forget_plan':
        return this.#change((view) => ({ plan: null, gauge: { ...view.gauge, cycle: null } }));
      case 'decline_proposal':
        return this.#change(() => ({ proposal: null }));
      case 'dismiss_prompt':
        return this.#change(({ prompts }) => ({ prompts: prompts.filter(({ id }) => id !== args.prompt) }));
      case 'set_notices':
        return { ...this.#overview.settings, notice_levels: args.levels as number[], quiet_hours: args.quiet_hours as QuietHours | null };
      default:
        return null;
    }
  }

  #setPlan({ used, zone, ...plan }: PlanInput): CreditsView {
    return this.#change((view) => ({
      plan: { ...plan, zone: zone ?? 'Europe/Berlin', source: 'entered' },
      proposal: null,
      gauge: {
        ...view.gauge,
        cycle: cycle({
          monthly: plan.monthly,
          used,
          used_percent: used === null ? null : Math.floor((Number(used) / Number(plan.monthly)) * 100),
          used_source: used === null ? 'unknown' : 'entered',
        }),
      },
    }));
  }

  #shown(): CreditsView {
    if ('code' in this.#view) throw this.#view;
    return this.#view;
  }

  #change(by: (view: CreditsView) => Partial<CreditsView>): CreditsView {
    const view = this.#shown();
    return (this.#view = { ...view, ...by(view) });
  }
}
