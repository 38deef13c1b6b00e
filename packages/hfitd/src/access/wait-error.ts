import { HfitError, type Values } from '@hot-fixture/errors';

/** What may be asked for again, and when: the answer has it in `Retry-After`. */
export class WaitError<
  C extends 'HFIT_ACCESS_CLOSED' | 'HFIT_PACKAGES_SPENT' =
    | 'HFIT_ACCESS_CLOSED'
    | 'HFIT_PACKAGES_SPENT',
> extends HfitError<C> {
  readonly seconds: number;

  constructor(code: C, values: Values<C> & { readonly seconds: number }) {
    super(code, values);
    this.seconds = values.seconds;
  }
}
