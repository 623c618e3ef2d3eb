//! What `--json` promises to scripts, as the long help shows it.

pub(crate) const REMOVE_JSON: &str = "\
With --json, standard output has exactly one line per FILE, in the order given; a folder or a list counts as the files in it:
  {\"input\", \"output\", \"state\", \"charged\", \"width\", \"height\", \"error\"}
  input    the FILE as given
  output   the saved file, or null
  state    done, on_device, skipped, failed, unknown, paid_lost, paid_not_saved, out_of_credits, key_refused or
           service_ended
  charged  credits charged in this run, a decimal string (\"0\" when it was paid earlier); null where that is not known
  width, height  of the result in pixels, or null
  error    null, or {\"code\", \"message\", \"hint\"}
unknown: the answer was lost, so it may have been charged. skipped: not sent, for the reason in error. on_device: cut out on
this computer, free (--rest-on-device).";

pub(crate) const QUOTE_JSON: &str = "\
With --json, standard output has one document, and the exit code is 0 also where the credits do not reach:
  pictures, charged  pictures asked about, and of them to be charged
  cost               credits in all, a decimal string, also beyond what the account holds
  subscription, rollover, payg, enterprise, untold, uncovered  the cost by pocket; untold: covered, from a pocket that
                     cannot be told; uncovered: beyond what the account holds
  stretches          the same in drawing order: [{\"pocket\", \"pictures\", \"credits\"}]
  payg_from          the first picture (from 1) that pay-as-you-go would pay, or null
  ends_at            the last picture that the credits reach; null when all fit or the balance is unknown
  left_after         credits left afterwards, or null where the balance is unknown
  already_paid, duplicates, unreadable, oversized  pictures that would not be charged
  copies             what is sent as a copy made for the service, and why, one sentence each
  bytes_up, disk_bytes, disk_free  bytes to send; needed at most, and free, on the drive for the results
  disk_short         whether the results do not fit on a drive even at their usual size
  existing           pictures left out because their results exist (--existing skip); they are in none of the counts
  at_least_s         seconds that the service's rate limit makes it last at least, or null
  crossings          the levels that the run would cross, one sentence each
  choices            [{\"choice\", \"downloads\", \"charged\", \"cost\", \"payg\", \"on_device\", \"left_out\", \"left_after\"}];
                     choice.kind is use_payg, stop_before_payg, rest_on_device or cap, as the flags of `clearcut remove`
  prompt             null, or the purchase that would help and why";

pub(crate) const CREDITS_JSON: &str = "\
With --json, standard output has one document. Its figures
  subscription, rollover, payg, enterprise, free_previews, reserved, total, undecided
are each {\"amount\", \"source\", \"age_s\"}: amount is a decimal string, null where unknown (never zero); source is measured,
entered, inferred or unknown; age_s is how long ago it was observed, in seconds. Without a plan, subscription is all of it;
rollover_at_least is then what of it must be rollover, or null. reserved is not deducted from the others; undecided is the
part of it that may have been charged. Beside them stand
  level     unknown, fresh, low, payg or empty; levels: the per cents to be told of; stale; observed_at
  cycle     null without a plan, else {\"began_at\", \"renews_at\", \"renews_on\", \"days_left\", \"elapsed\", \"monthly\", \"used\",
            \"used_percent\", \"used_source\", \"renewal_due\"}; used is null while it is not known
  plan, proposal, prompts, forecast, advice, end, days
When the service cannot be asked, the last figures are shown with their age and the exit code says so.";
