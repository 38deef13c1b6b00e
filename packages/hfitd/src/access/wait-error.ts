import { HfitError, type Values } from '@hot-fixture/errors';

type Waiting =
  | 'HFIT_ACCESS_CLOSED'
  | 'HFIT_JOBS_WAITING'
  | 'HFIT_PACKAGES_SPENT'
  | 'HFIT_STREAMS_TAKEN'
  | 'HFIT_TOO_MANY_REQUESTS';

/** What may be asked for again, and when: the answer has it in `Retry-After`. */
export class WaitError<C extends Waiting = Waiting> extends HfitError<C> {
  readonly seconds: number;

  constructor(code: C, values: Values<C> & { readonly seconds: number }) {
    super(code, values);
    this.seconds = values.seconds;
  }
}
