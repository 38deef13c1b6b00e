export interface Book {
  readonly id: number;
  readonly title: string;
  readonly stock: number;
}

export class Shop {
  constructor(url: string);
  sell(title: string): Promise<void>;
  order(title: string, stock: number): Promise<Book>;
  stock(title: string): Promise<number | undefined>;
  close(): Promise<void>;
}
