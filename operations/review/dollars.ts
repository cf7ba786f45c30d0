/** An amount of US dollars: `$1,250.5`. */
export function dollars(amount: number, decimals = 2): string {
  if (Number.isNaN(amount)) return "unknown";
  return `$${amount.toLocaleString("en-US", { maximumFractionDigits: decimals })}`;
}

/** A difference of US dollars: `+$20`, `−$20`, `±$0`. */
export function signedDollars(difference: number, decimals = 2): string {
  const text = dollars(Math.abs(difference), decimals);
  if (text === "$0") return "±$0";
  if (Number.isNaN(difference)) return text;
  return `${difference > 0 ? "+" : "−"}${text}`;
}
