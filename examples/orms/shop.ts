/** The same application, by whatever mapper: each sale is a transaction that commits. */
export interface Shop {
  order(title: string, stock: number): Promise<{ readonly id: number; readonly title: string }>;
  /** Takes one from the stock, and notes the sale. */
  sell(title: string): Promise<void>;
  stock(title: string): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface Book {
  id: number;
  title: string;
  stock: number;
}
